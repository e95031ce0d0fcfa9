package org.novametal.baremetal;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.novametal.baremetal.state.ProvisionTable;

/**
 * Which package may know which: the arrows of the module.
 *
 * <p>A package may depend on the packages named behind it, on itself, and on libraries. The wiring, {@code
 * org.novametal.baremetal} itself, may know all but the fakes.
 */
class ArchitectureTest {
    private static final String ROOT = "org.novametal.";

    /** What each package may know, by exact package; a name that ends in {@code ..} stands for all below it. */
    private static final Map<String, List<String>> ARROWS = Map.ofEntries(
            Map.entry("bmc", List.of()),
            Map.entry("bmc.console", List.of("bmc")),
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
            Map.entry("bmc.redfish", List.of("bmc")),
            Map.entry("bmc.ipmi.sol", List.of("bmc", "bmc.ipmi.codec")),
            Map.entry(
                    "bmc.ipmitool",
                    List.of("bmc", "bmc.ipmi.codec", "bmc.ipmi.session", "bmc.ipmi.command", "process")),
            Map.entry("process", List.of()),
            Map.entry("image", List.of("process")),
            Map.entry("http", List.of()),
            Map.entry("agent", List.of("http")),
            Map.entry("baremetal.config", List.of("driver..")),
            Map.entry("baremetal.state", List.of()),
            Map.entry("baremetal.inventory", List.of("driver..", "baremetal.state", "bmc")),
            Map.entry("baremetal.step", List.of("driver..", "baremetal.inventory", "baremetal.state", "bmc", "agent")),
            Map.entry(
                    "baremetal.step.network",
                    List.of("driver..", "baremetal.step", "baremetal.inventory", "baremetal.state")),
            Map.entry(
                    "baremetal.step.boot",
                    List.of("driver..", "baremetal.step", "baremetal.inventory", "baremetal.state", "bmc", "agent")),
            Map.entry(
                    "baremetal.step.power",
                    List.of("driver..", "baremetal.step", "baremetal.inventory", "baremetal.state", "bmc")),
            Map.entry(
                    "baremetal.step.deploy",
                    List.of("driver..", "baremetal.step", "baremetal.inventory", "baremetal.state", "image", "agent")),
            Map.entry(
                    "baremetal.step.clean",
                    List.of("driver..", "baremetal.step", "baremetal.inventory", "baremetal.state", "agent")),
            Map.entry(
                    "baremetal.provision",
                    List.of("driver..", "baremetal.step", "baremetal.inventory", "baremetal.state")),
            Map.entry(
                    "baremetal.console",
                    List.of(
                            "driver..",
                            "baremetal.step",
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
                            "baremetal.inventory",
                            "baremetal.state",
                            "bmc")),
            Map.entry("fake", List.of("agent", "http", "bmc", "bmc.ipmi.codec")));

    /** Packages of the design that are not built yet: a class in one of them needs its arrows above. */
    private static final List<String> NOT_BUILT_YET = List.of("openstack", "baremetal.step.inspect");

    /** No clock and no sleep: time comes in as a parameter. The one clock of an engine is handed to it. */
    private static final List<String> WITHOUT_CLOCK = List.of(
            "baremetal.state",
            "bmc",
            "bmc.console",
            "bmc.ipmi",
            "bmc.ipmi.codec",
            "bmc.ipmi.session",
            "bmc.ipmi.command",
            "bmc.ipmi.engine",
            "bmc.ipmi.sol",
            "bmc.redfish");

    /** The classes of this module; the contract's are held to their own arrows in theirs. */
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.novametal")
            .that(resideOutsideOfPackage(ROOT + "driver.."));

    @TestFactory
    Stream<DynamicTest> everyPackageKnowsOnlyWhatItMay() {
        return ARROWS.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(arrow -> DynamicTest.dynamicTest(
                        arrow.getKey(),
                        () -> onlyKnows(arrow.getKey(), arrow.getValue()).check(CLASSES)));
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
        assertThat(CLASSES.stream().map(JavaClass::getPackageName))
                .as("packages that are listed as not built yet have no class")
                .doesNotContainAnyElementsOf(
                        NOT_BUILT_YET.stream().map(ROOT::concat).toList());
    }

    @TestFactory
    Stream<DynamicTest> packagesThatAreNotBuiltYetAreKnownByNobody() {
        return NOT_BUILT_YET.stream()
                .map(name -> DynamicTest.dynamicTest(
                        name,
                        () -> noClasses()
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage(ROOT + name)
                                .allowEmptyShould(true)
                                .check(CLASSES)));
    }

    @Test
    void nothingButTheFakesThemselvesKnowsTheFakes() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "fake..")
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
        return WITHOUT_CLOCK.stream()
                .map(name -> DynamicTest.dynamicTest(
                        name, () -> withoutClock(resideInAPackage(ROOT + name)).check(CLASSES)));
    }

    @Test
    void theOperationsReadNoClockOfTheirOwnAndNeverSleep() {
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

    private static ArchRule onlyKnows(String name, List<String> may) {
        List<String> allowed = new ArrayList<>(may.stream().map(ROOT::concat).toList());
        allowed.add(ROOT + name);
        DescribedPredicate<JavaClass> forbidden = resideInAPackage("org.novametal..")
                .and(DescribedPredicate.not(DescribedPredicate.or(allowed.stream()
                        .map(JavaClass.Predicates::resideInAPackage)
                        .toList())))
                .as("are ours and not in " + allowed);
        return noClasses()
                .that()
                .resideInAPackage(ROOT + name)
                .should()
                .dependOnClassesThat(forbidden)
                .because("its arrows are " + may);
    }

    private static ArchRule withoutClock(DescribedPredicate<JavaClass> where) {
        return noClasses()
                .that(where)
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", java.time.Duration.class)
                .allowEmptyShould(true);
    }
}
