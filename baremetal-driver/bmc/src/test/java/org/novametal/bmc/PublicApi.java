package org.novametal.bmc;

import static org.assertj.core.api.Assertions.fail;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The public and protected types and members of some packages as sorted lines, compared with a list that is checked in.
 * Other modules' tests use it to check their own lists.
 */
public final class PublicApi {
    private static final Set<String> OF_EVERY_OBJECT = Set.of("equals", "hashCode", "toString");

    private PublicApi() {}

    /**
     * Fails when the API differs from the list.
     *
     * @param member a class of the module
     * @param test a class whose package contains the list, as the resource {@code public-api.txt}
     * @param listFile where the list is checked in, for the message
     * @param packages which packages are compared
     */
    public static void assertListed(Class<?> member, Class<?> test, String listFile, Predicate<String> packages)
            throws IOException {
        Set<String> actual = lines(member, packages);
        Set<String> listed = listed(test);
        if (actual.equals(listed)) {
            return;
        }
        Path proposal = Path.of("target", "public-api.txt").toAbsolutePath();
        Files.createDirectories(proposal.getParent());
        Files.writeString(proposal, String.join("\n", actual) + "\n");
        fail("the public API is not the one listed in " + listFile + ":\n"
                + difference("- ", listed, actual) + difference("+ ", actual, listed)
                + "Make what nobody outside needs less visible. To accept the rest: cp " + proposal + " " + listFile);
    }

    private static Set<String> listed(Class<?> test) throws IOException {
        try (InputStream list = test.getResourceAsStream("public-api.txt")) {
            return list == null
                    ? Set.of()
                    : new TreeSet<>(new String(list.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList());
        }
    }

    private static String difference(String sign, Set<String> of, Set<String> to) {
        return of.stream()
                .filter(line -> !to.contains(line))
                .map(line -> sign + line + "\n")
                .collect(Collectors.joining());
    }

    private static Set<String> lines(Class<?> member, Predicate<String> packages) {
        Set<String> lines = new TreeSet<>();
        Arrows.classesOfTheModuleOf(member).stream()
                .filter(type -> packages.test(type.getPackageName()))
                .map(JavaClass::reflect)
                .filter(PublicApi::isVisible)
                .forEach(type -> addLines(type, lines));
        return lines;
    }

    private static boolean isVisible(Class<?> type) {
        Class<?> outer = type.getDeclaringClass();
        return !type.isAnonymousClass() && isVisible(type.getModifiers()) && (outer == null || isVisible(outer));
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static void addLines(Class<?> type, Set<String> lines) {
        List<String> parents = new ArrayList<>();
        for (Type parent : type.getGenericInterfaces()) {
            parents.add(parent.getTypeName());
        }
        if (type.getGenericSuperclass() != null) {
            parents.add(type.getGenericSuperclass().getTypeName());
        }
        lines.add(line(type, type.toGenericString() + " of " + parents));
        Stream<? extends Member> members = Stream.of(
                        type.getDeclaredFields(), type.getDeclaredConstructors(), type.getDeclaredMethods())
                .flatMap(Stream::of);
        members.filter(each -> isVisible(each.getModifiers()) && !each.isSynthetic())
                .filter(each -> !OF_EVERY_OBJECT.contains(each.getName()))
                .forEach(each -> lines.add(line(type, text(each))));
    }

    /** A member's line, without its own package and the packages lang, util and time. */
    private static String line(Class<?> type, String text) {
        return (type.getName() + ": " + text)
                .replace(type.getPackageName() + ".", "")
                .replaceAll("java\\.(lang|util|time)\\.(?=[A-Z])", "");
    }

    private static String text(Member member) {
        return switch (member) {
            case Method method -> (method.isDefault() ? "default " : "") + method.toGenericString();
            case Executable constructor -> constructor.toGenericString();
            case Field field -> field.toGenericString();
            default -> throw new IllegalStateException("no such member: " + member);
        };
    }
}
