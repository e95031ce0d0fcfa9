package org.novametal.driver;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.novametal.driver.loader.DriverLoader;

/** Which package of the contract may know which, and that it depends on nothing else. */
class ArchitectureTest {
    private static final String ROOT = "org.novametal.driver";

    /** What each package may know beside itself, by its name below {@code org.novametal.driver}. */
    private static final Map<String, Set<String>> ARROWS = Map.of(
            "", Set.of("capability", "config", "error", "host", "model", "placement", "trace"),
            "capability", Set.of("error", "model", "placement", "trace"),
            "config", Set.of("error", "model"),
            "error", Set.of(),
            "host", Set.of("model", "trace"),
            "loader", Set.of("", "config", "error", "host"),
            "model", Set.of("error", "placement"),
            "placement", Set.of(),
            "testing", Set.of("", "capability", "config", "error", "host", "model", "placement"),
            "trace", Set.of());

    /** All that is not ours: the JDK, and annotations or logging, which have no behaviour. */
    private static final List<String> OUTSIDE = List.of("java..", "javax..", "org.jspecify..", "org.slf4j..");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @TestFactory
    Stream<DynamicTest> everyPackageKnowsOnlyWhatItMay() {
        return ARROWS.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(arrow -> DynamicTest.dynamicTest(
                        packageOf(arrow.getKey()),
                        () -> onlyKnows(arrow.getKey(), arrow.getValue()).check(CLASSES)));
    }

    @Test
    void everyPackageHasItsArrowsAndEveryArrowAPackage() {
        Set<String> packages = CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());

        assertThat(packages)
                .containsExactlyInAnyOrderElementsOf(ARROWS.keySet().stream()
                        .map(ArchitectureTest::packageOf)
                        .toList());
    }

    @Test
    void thereAreNoPackageCycles() {
        slices().matching("org.novametal.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void theRulesCatchWhatTheyForbid() {
        JavaClasses planted = new ClassFileImporter().importClasses(KnowsTooMuch.class);

        assertThatThrownBy(() -> onlyKnows("", Set.of("trace")).check(planted))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("DriverLoader");
        assertThatThrownBy(() -> onlyKnows("", Set.of("loader")).check(planted))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("com.tngtech.archunit");
    }

    /** Breaks two rules: it knows the loader, and a library. */
    @SuppressWarnings("unused")
    private static final class KnowsTooMuch {
        static Collection<Class<?>> known() {
            return List.of(DriverLoader.class, JavaClasses.class);
        }
    }

    private static String packageOf(String name) {
        return name.isEmpty() ? ROOT : ROOT + "." + name;
    }

    private static ArchRule onlyKnows(String name, Set<String> may) {
        String[] allowed = Stream.of(
                        OUTSIDE.stream(), may.stream().map(ArchitectureTest::packageOf), Stream.of(packageOf(name)))
                .flatMap(packages -> packages)
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(packageOf(name))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(allowed))
                .because("its arrows are " + may);
    }
}
