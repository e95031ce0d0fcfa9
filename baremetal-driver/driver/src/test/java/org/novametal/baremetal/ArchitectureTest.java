package org.novametal.baremetal;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.novametal.bmc.Arrows.ROOT;
import static org.novametal.bmc.Arrows.onlyKnows;
import static org.novametal.bmc.Arrows.withoutClock;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.novametal.baremetal.state.ProvisionTable;
import org.novametal.bmc.Arrows;

/**
 * Which package may know which: the arrows of the module.
 *
 * <p>A package may depend on the packages named behind it, on itself, and on libraries. The wiring, {@code
 * org.novametal.baremetal} itself, may know all but the fakes.
 */
class ArchitectureTest {
    /** What each package may know, by exact package; a name that ends in {@code ..} stands for all below it. */
    private static final Map<String, List<String>> ARROWS = Map.ofEntries(
            Map.entry("queue", List.of()),
            Map.entry("image", List.of("bmc.process", "queue", "text")),
            Map.entry("configdrive", List.of()),
            Map.entry("openstack", List.of("image", "text")),
            Map.entry("http", List.of("text")),
            Map.entry("dhcp", List.of("bmc.process", "text")),
            Map.entry("agent", List.of("http", "image", "text")),
            // Options have the enums of the packages that act on them: one enum for one choice.
            Map.entry(
                    "baremetal.config",
                    List.of(
                            "driver..",
                            "baremetal.operation",
                            "baremetal.step.clean",
                            "baremetal.power",
                            "bmc",
                            "dhcp",
                            "agent",
                            "openstack")),
            Map.entry("baremetal.state", List.of()),
            Map.entry("baremetal.operation", List.of("driver..", "baremetal.state", "bmc", "text")),
            Map.entry("baremetal.inventory", List.of("driver..", "baremetal.state", "bmc", "text")),
            Map.entry(
                    "baremetal.exchange",
                    List.of("driver..", "baremetal.inventory", "baremetal.state", "baremetal.store", "bmc", "text")),
            Map.entry(
                    "baremetal.event",
                    List.of(
                            "driver..",
                            "baremetal.provision",
                            "baremetal.power",
                            "baremetal.store",
                            "baremetal.operation",
                            "baremetal.inventory",
                            "baremetal.state",
                            "bmc",
                            "text")),
            Map.entry(
                    "baremetal.metrics",
                    List.of(
                            "driver..",
                            "queue",
                            "baremetal.provision",
                            "baremetal.power",
                            "baremetal.operation",
                            "baremetal.inventory",
                            "baremetal.state",
                            "bmc")),
            Map.entry(
                    "baremetal.store",
                    List.of(
                            "driver..",
                            "baremetal.operation",
                            "baremetal.inventory",
                            "baremetal.state",
                            "bmc",
                            "text")),
            Map.entry(
                    "baremetal.store.sql",
                    List.of(
                            "driver..",
                            "baremetal.store",
                            "baremetal.operation",
                            "baremetal.inventory",
                            "baremetal.state",
                            "bmc",
                            "text")),
            Map.entry(
                    "baremetal.step",
                    List.of(
                            "driver..",
                            "baremetal.operation",
                            "baremetal.inventory",
                            "baremetal.state",
                            "bmc",
                            "agent",
                            "text")),
            Map.entry(
                    "baremetal.step.network",
                    List.of(
                            "driver..",
                            "dhcp",
                            "text",
                            "baremetal.step",
                            "baremetal.operation",
                            "baremetal.inventory",
                            "baremetal.state")),
            Map.entry(
                    "baremetal.step.boot",
                    List.of(
                            "driver..",
                            "baremetal.step",
                            "baremetal.operation",
                            "baremetal.inventory",
                            "baremetal.state",
                            "bmc",
                            "agent")),
            Map.entry(
                    "baremetal.step.power",
                    List.of(
                            "driver..",
                            "baremetal.step",
                            "baremetal.operation",
                            "baremetal.inventory",
                            "baremetal.state",
                            "bmc",
                            "bmc.fleet")),
            Map.entry(
                    "baremetal.step.deploy",
                    List.of(
                            "driver..",
                            "queue",
                            "baremetal.step",
                            "baremetal.operation",
                            "baremetal.inventory",
                            "baremetal.state",
                            "image",
                            "openstack",
                            "configdrive",
                            "text",
                            "agent")),
            Map.entry(
                    "baremetal.step.clean",
                    List.of(
                            "driver..",
                            "baremetal.step",
                            "baremetal.operation",
                            "baremetal.inventory",
                            "baremetal.state",
                            "agent")),
            Map.entry(
                    "baremetal.step.inspect",
                    List.of(
                            "driver..",
                            "baremetal.step",
                            "baremetal.operation",
                            "baremetal.inventory",
                            "baremetal.state",
                            "bmc",
                            "agent",
                            "text")),
            Map.entry(
                    "baremetal.step.rescue",
                    List.of(
                            "driver..",
                            "baremetal.step",
                            "baremetal.operation",
                            "baremetal.inventory",
                            "baremetal.state",
                            "agent")),
            Map.entry(
                    "baremetal.step.verify",
                    List.of(
                            "driver..",
                            "baremetal.step",
                            "baremetal.operation",
                            "baremetal.inventory",
                            "baremetal.state",
                            "bmc")),
            Map.entry(
                    "baremetal.plan",
                    List.of(
                            "driver..",
                            "baremetal.config",
                            "baremetal.step..",
                            "baremetal.operation",
                            "baremetal.inventory",
                            "baremetal.state",
                            "image",
                            "openstack",
                            "agent")),
            Map.entry(
                    "baremetal.provision",
                    List.of(
                            "driver..",
                            "bmc",
                            "queue",
                            "baremetal.step",
                            "baremetal.operation",
                            "baremetal.store",
                            "baremetal.inventory",
                            "baremetal.state",
                            "text")),
            Map.entry(
                    "baremetal.console",
                    List.of(
                            "driver..",
                            "agent",
                            "baremetal.step",
                            "baremetal.store",
                            "baremetal.inventory",
                            "baremetal.state",
                            "bmc",
                            "bmc.console")),
            Map.entry(
                    "baremetal.power",
                    List.of(
                            "driver..",
                            "baremetal.provision",
                            "baremetal.step",
                            "baremetal.store",
                            "baremetal.inventory",
                            "baremetal.state",
                            "bmc",
                            "bmc.fleet")));

    /** No clock and no sleep: time comes in as a parameter. */
    private static final List<String> WITHOUT_CLOCK = List.of("baremetal.state");

    /** The classes of this module; those of the other modules are held to their arrows there. */
    private static final JavaClasses CLASSES = Arrows.classesOfTheModuleOf(BareMetalDriver.class);

    @TestFactory
    Stream<DynamicTest> everyPackageKnowsOnlyWhatItMay() {
        return Arrows.tests(ARROWS, CLASSES);
    }

    @Test
    void everyPackageOfThisModuleHasItsArrows() {
        List<String> without = CLASSES.stream()
                .map(JavaClass::getPackageName)
                .distinct()
                .map(name -> name.substring(ROOT.length()))
                .filter(name -> !name.equals("baremetal") && !ARROWS.containsKey(name))
                .toList();

        assertThat(without).as("packages without a row in ARROWS").isEmpty();
    }

    @Test
    void nothingKnowsTheFakes() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "fake..")
                .check(CLASSES);
    }

    @Test
    void thereAreNoPackageCycles() {
        slices().matching("org.novametal.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @TestFactory
    Stream<DynamicTest> timeComesInAsAParameter() {
        return Arrows.testsWithoutClock(WITHOUT_CLOCK, CLASSES);
    }

    @Test
    void theOperationsReadOnlyTheInjectedClockAndNeverSleep() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + "baremetal.provision", ROOT + "baremetal.step..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", java.time.Duration.class)
                .check(CLASSES);
    }

    @Test
    void theRulesCatchWhatTheyForbid() {
        JavaClasses planted = new ClassFileImporter().importClasses(StepThatKnowsTheTable.class, ProvisionTable.class);

        assertThatThrownBy(() -> onlyKnows("baremetal", List.of()).check(planted))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("ProvisionTable");
        assertThatThrownBy(
                        () -> withoutClock(resideInAPackage(ROOT + "baremetal")).check(planted))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Instant.now");
    }

    /** Breaks two rules. */
    @SuppressWarnings("unused")
    private static final class StepThatKnowsTheTable {
        static int rows() {
            return ProvisionTable.rows().size()
                    + Instant.now(Clock.systemUTC()).hashCode()
                    + Instant.now().hashCode();
        }
    }
}
