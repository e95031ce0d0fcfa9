package org.novametal.bmc;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.bmc.Arrows.ROOT;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The allowed dependencies between the packages of this module. A package may depend on the packages listed after it, on
 * itself, and on libraries, but not on another module of this project.
 */
class ArchitectureTest {
    private static final Map<String, List<String>> ARROWS = Map.ofEntries(
            Map.entry("bmc", List.of("text")),
            Map.entry("bmc.console", List.of("bmc")),
            Map.entry("bmc.fleet", List.of("bmc")),
            Map.entry("bmc.loader", List.of("bmc")),
            Map.entry("bmc.ipmi.codec", List.of("bmc")),
            Map.entry("bmc.ipmi.session", List.of("bmc", "bmc.ipmi.codec")),
            Map.entry("bmc.ipmi.command", List.of("bmc", "bmc.ipmi.codec", "bmc.ipmi.session")),
            Map.entry("bmc.ipmi.engine", List.of("bmc", "bmc.ipmi.codec", "bmc.ipmi.session")),
            Map.entry(
                    "bmc.ipmi",
                    List.of(
                            "bmc",
                            "bmc.ipmi.codec",
                            "bmc.ipmi.session",
                            "bmc.ipmi.command",
                            "bmc.ipmi.engine",
                            "bmc.ipmi.sol")),
            Map.entry("bmc.redfish", List.of("bmc", "text")),
            Map.entry("bmc.ipmi.sol", List.of("bmc", "bmc.ipmi.codec")),
            Map.entry(
                    "bmc.ipmitool",
                    List.of("bmc", "bmc.ipmi.codec", "bmc.ipmi.session", "bmc.ipmi.command", "bmc.process")),
            Map.entry("bmc.process", List.of()),
            Map.entry("text", List.of()));

    /** Packages that must not read a clock or sleep: time is a parameter. The engine gets its only clock as a parameter. */
    private static final List<String> WITHOUT_CLOCK = List.of(
            "bmc",
            "bmc.console",
            "bmc.fleet",
            "bmc.loader",
            "bmc.ipmi",
            "bmc.ipmi.codec",
            "bmc.ipmi.session",
            "bmc.ipmi.command",
            "bmc.ipmi.engine",
            "bmc.ipmi.sol",
            "bmc.redfish");

    private static final JavaClasses CLASSES = Arrows.classesOfTheModuleOf(Bmc.class);

    @TestFactory
    Stream<DynamicTest> everyPackageKnowsOnlyWhatItMay() {
        return Arrows.tests(ARROWS, CLASSES);
    }

    @Test
    void everyPackageOfThisModuleHasItsArrows() {
        assertThat(CLASSES.stream()
                        .map(JavaClass::getPackageName)
                        .map(name -> name.substring(ROOT.length()))
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(ARROWS.keySet());
    }

    @Test
    void thereAreNoPackageCycles() {
        slices().matching("org.novametal.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @TestFactory
    Stream<DynamicTest> timeComesInAsAParameter() {
        return Arrows.testsWithoutClock(WITHOUT_CLOCK, CLASSES);
    }
}
