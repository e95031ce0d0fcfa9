package org.novametal.scheduler;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows between this module's packages, and out of it. */
class SchedulerArchitectureTest {
    private static final JavaClasses MODULE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.novametal.scheduler");

    @Test
    void filterWeighAndClaimKnowTheHostAloneAndTheFacadeKnowsAll() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("facade")
                .definedBy("org.novametal.scheduler")
                .layer("filter")
                .definedBy("org.novametal.scheduler.filter")
                .layer("weigh")
                .definedBy("org.novametal.scheduler.weigh")
                .layer("claim")
                .definedBy("org.novametal.scheduler.claim")
                .layer("host")
                .definedBy("org.novametal.scheduler.host")
                .whereLayer("facade")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("filter")
                .mayOnlyBeAccessedByLayers("facade")
                .whereLayer("weigh")
                .mayOnlyBeAccessedByLayers("facade")
                .whereLayer("claim")
                .mayOnlyBeAccessedByLayers("facade")
                .ensureAllClassesAreContainedInArchitecture()
                .check(MODULE);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("org.novametal.(scheduler..)")
                .should()
                .beFreeOfCycles()
                .check(MODULE);
    }

    @Test
    void ofOtherModulesOnlyTheDriverContractIsKnown() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.novametal.scheduler..",
                        "org.novametal.driver.config",
                        "org.novametal.driver.error",
                        "org.novametal.driver.loader",
                        "org.novametal.driver.model",
                        "org.novametal.driver.placement",
                        "org.jspecify.annotations",
                        "org.slf4j")
                .check(MODULE);
    }

    @Test
    void onlyClaimsChange() {
        fields().that()
                .areDeclaredInClassesThat()
                .resideOutsideOfPackage("org.novametal.scheduler.claim")
                .and()
                .areDeclaredInClassesThat()
                .haveSimpleNameNotEndingWith("Builder")
                .and()
                .areDeclaredInClassesThat()
                .doNotHaveFullyQualifiedName("org.novametal.scheduler.DemandReader$Amounts")
                .should()
                .beFinal()
                .check(MODULE);
    }
}
