package org.novametal.bmc;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Rules for dependencies between packages, shared by the architecture tests of all modules. Package names are given without
 * {@link #ROOT}.
 */
public final class Arrows {
    /** The common prefix of all packages of this project. */
    public static final String ROOT = "org.novametal.";

    private Arrows() {}

    /** The classes of the folder or jar that a class was loaded from. */
    public static JavaClasses classesOfTheModuleOf(Class<?> member) {
        return new ClassFileImporter()
                .importUrl(member.getProtectionDomain().getCodeSource().getLocation());
    }

    /**
     * The rule that a package depends only on itself, on libraries, and on the given packages of this project.
     *
     * @param name the package
     * @param may the packages on which it may depend; a name that ends in {@code ..} includes all packages below it
     */
    public static ArchRule onlyKnows(String name, List<String> may) {
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

    /**
     * One test for each package of the rule {@link #onlyKnows}.
     *
     * @param arrows the allowed dependencies of each package
     */
    public static Stream<DynamicTest> tests(Map<String, List<String>> arrows, JavaClasses classes) {
        return arrows.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(arrow -> DynamicTest.dynamicTest(
                        arrow.getKey(),
                        () -> onlyKnows(arrow.getKey(), arrow.getValue()).check(classes)));
    }

    /** One test for each package of the rule {@link #withoutClock}. */
    public static Stream<DynamicTest> testsWithoutClock(List<String> packages, JavaClasses classes) {
        return packages.stream()
                .map(name -> DynamicTest.dynamicTest(
                        name, () -> withoutClock(resideInAPackage(ROOT + name)).check(classes)));
    }

    /** The rule that classes do not read a clock or sleep: time is a parameter. */
    public static ArchRule withoutClock(DescribedPredicate<JavaClass> where) {
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
