package org.novametal.fake;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.novametal.bmc.Arrows;

/** What the fakes may know: of ours the BMC port and the codec, so that they keep their own truth and prove something. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = Arrows.classesOfTheModuleOf(FakeMachine.class);

    @Test
    void theFakesKnowThePortAndTheCodecOnly() {
        Arrows.onlyKnows("fake", List.of("bmc", "bmc.ipmi.codec")).check(CLASSES);
    }

    @Test
    void thereIsNoOtherPackage() {
        assertThat(CLASSES.stream().map(JavaClass::getPackageName).distinct()).containsExactly("org.novametal.fake");
    }
}
