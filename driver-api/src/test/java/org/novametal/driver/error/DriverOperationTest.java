package org.novametal.driver.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.capability.DriverCapability;

class DriverOperationTest {
    private static Set<String> methodsOfTheContract() {
        return Stream.concat(
                        Stream.of(ComputeDriver.class), Arrays.stream(DriverCapability.class.getPermittedSubclasses()))
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> !method.isSynthetic())
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyMethodOfTheContractButSubmitHasOneRow() {
        List<String> rows = Arrays.stream(DriverOperation.values())
                .flatMap(row -> row.methods().stream())
                .toList();
        Set<String> methods = methodsOfTheContract();
        methods.remove("submit");

        assertThat(rows).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(methods);
    }

    @Test
    void everyCodeIsInSomeRow() {
        Set<ErrorCode> used = Arrays.stream(DriverOperation.values())
                .flatMap(row -> row.codes().stream())
                .collect(Collectors.toSet());

        assertThat(used).containsExactlyInAnyOrder(ErrorCode.values());
    }

    @Test
    void whatNovaMisreadsIsInNoRowOfSpawnAndRebuild() {
        assertThat(DriverOperation.SPAWN.mayFailWith(ErrorCode.INSTANCE_NOT_FOUND))
                .isFalse();
        assertThat(DriverOperation.REBUILD.mayFailWith(ErrorCode.INSTANCE_NOT_FOUND))
                .isFalse();
        assertThat(DriverOperation.REBUILD.mayFailWith(ErrorCode.RESOURCES_UNAVAILABLE))
                .isFalse();
        assertThat(DriverOperation.DESTROY.mayFailWith(ErrorCode.INSTANCE_NOT_FOUND))
                .isFalse();
    }

    @Test
    void theRowOfAMethodIsFoundByItsName() {
        assertThat(DriverOperation.ofMethod("powerOn")).isEqualTo(DriverOperation.POWER_ON);
        assertThatIllegalArgumentException().isThrownBy(() -> DriverOperation.ofMethod("submit"));
    }
}
