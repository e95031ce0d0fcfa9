package org.novametal.examples.computehost;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String BASE = "org.novametal.examples.computehost";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(BASE);

    private static void mustNot(String from, String... to) {
        noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(to)
                .check(CLASSES);
    }

    @Test
    void theProcessKnowsNoParticularDriver() {
        mustNot(BASE + "..", "org.novametal.baremetal..", "org.novametal.bmc..", "org.novametal.fake..");
    }

    @Test
    void theWireKnowsNeitherServerNorDriverNorProcess() {
        mustNot(
                BASE + ".wire",
                BASE,
                BASE + ".server",
                "org.novametal.driver",
                "org.novametal.scheduler..",
                "org.eclipse.jetty..");
    }

    @Test
    void theServerKnowsNothingOfTheProcessOrTheScheduler() {
        mustNot(BASE + ".server", BASE, "org.novametal.scheduler..", "org.novametal.examples.cli..");
    }
}
