package org.novametal.driver.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.capability.DriverCapability;
import org.novametal.driver.host.DriverHost;

/**
 * Each method of Nova's driver is answered by an annotated method, or listed with the reason why not.
 *
 * <p>The list is {@code nova-compute-driver.tsv}: every public method of {@code nova/virt/driver.py#ComputeDriver} at commit
 * 00a0304 (2026-08-21).
 */
class NovaTraceabilityTest {
    private static final String LIST = "nova-compute-driver.tsv";
    private static final int NOVA_METHODS = 107;

    /** The one core method whose name is Java's, not Nova's. */
    private static final Map<String, String> RENAMED = Map.of("cleanup_host", "close");

    /**
     * Methods that Nova's driver does not have: operations by instance, because callers come over a socket; the ports that
     * interfaces got; Nova's class attribute {@code capabilities}; and how all else is found.
     */
    private static final Set<String> OURS =
            Set.of("submit", "await", "progress", "cancel", "portBindings", "capabilities", "capability");

    /** One method of Nova. */
    private record Row(String novaMethod, String status, Set<String> javaTypes, String reason) {
        static Row parse(String line) {
            String[] cells = line.split("\t", -1);
            assertThat(cells).as("cells of the line: %s", line).hasSize(4);
            Set<String> types = cells[2].isEmpty() ? Set.of() : Set.of(cells[2].split("\\+", -1));
            return new Row(cells[0], cells[1], types, cells[3]);
        }

        boolean isPorted() {
            return !status.equals("not-ported");
        }
    }

    private static List<Row> rows() throws IOException {
        try (InputStream list = NovaTraceabilityTest.class.getResourceAsStream(LIST)) {
            assertThat(list).as("the test resource %s", LIST).isNotNull();
            return new String(list.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .map(Row::parse)
                    .toList();
        }
    }

    private static Stream<Class<?>> annotatedTypes() {
        return Stream.concat(
                Stream.of(ComputeDriver.class, DriverHost.class),
                Stream.of(DriverCapability.class.getPermittedSubclasses()));
    }

    /** The names of the types that answer each of Nova's methods. */
    private static Map<String, Set<String>> answered(Stream<Class<?>> types) {
        Map<String, Set<String>> answered = new TreeMap<>();
        types.forEach(type -> {
            for (Method method : type.getDeclaredMethods()) {
                NovaMethod trace = method.getAnnotation(NovaMethod.class);
                if (trace != null) {
                    for (String name : trace.value()) {
                        answered.computeIfAbsent(name, _ -> new TreeSet<>()).add(type.getSimpleName());
                    }
                }
            }
        });
        return answered;
    }

    private static void assertSame(List<Row> rows, Map<String, Set<String>> answered) {
        Map<String, Set<String>> listed = new TreeMap<>();
        rows.stream().filter(Row::isPorted).forEach(row -> listed.put(row.novaMethod(), row.javaTypes()));
        assertThat(answered)
                .as("Nova's methods that are annotated, with their types, and those that %s lists as ported", LIST)
                .isEqualTo(listed);
    }

    @Test
    void everyMethodOfNovaIsListedOnce() throws IOException {
        assertThat(rows()).extracting(Row::novaMethod).hasSize(NOVA_METHODS).doesNotHaveDuplicates();
    }

    @Test
    void theListAndTheAnnotationsSayTheSame() throws IOException {
        assertSame(rows(), answered(annotatedTypes()));
    }

    @Test
    void whatIsNotPortedHasAReasonAndNoType() throws IOException {
        assertThat(rows()).filteredOn(Predicate.not(Row::isPorted)).isNotEmpty().allSatisfy(row -> {
            assertThat(row.reason()).as("reason of %s", row.novaMethod()).isNotBlank();
            assertThat(row.javaTypes()).as("types of %s", row.novaMethod()).isEmpty();
        });
    }

    @Test
    void theStatusSaysWhereAMethodIs() throws IOException {
        Set<String> capabilities = Stream.of(DriverCapability.class.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .collect(Collectors.toSet());

        assertThat(rows()).allSatisfy(row -> {
            boolean core = row.javaTypes().contains("ComputeDriver");
            boolean host = row.javaTypes().contains("DriverHost");
            boolean capability = row.javaTypes().stream().anyMatch(capabilities::contains);
            String status = Stream.of(core ? "core" : "", capability ? "capability" : "", host ? "host" : "")
                    .filter(part -> !part.isEmpty())
                    .collect(Collectors.joining("+"));
            assertThat(row.status()).as(row.novaMethod()).isEqualTo(status.isEmpty() ? "not-ported" : status);
        });
    }

    @Test
    void everyMethodOfTheDriverIsNovasAndNamedAsNovasIs() {
        for (Method method : ComputeDriver.class.getDeclaredMethods()) {
            if (OURS.contains(method.getName())) {
                continue;
            }
            NovaMethod trace = method.getAnnotation(NovaMethod.class);
            assertThat(trace).as("the annotation of %s", method).isNotNull();
            for (String name : trace.value()) {
                String expected = RENAMED.getOrDefault(name, camelCase(name));
                assertThat(method.getName()).as("the Java name of %s", name).isEqualTo(expected);
            }
        }
    }

    private static String camelCase(String novaName) {
        String[] words = novaName.split("_", -1);
        return Stream.concat(
                        Stream.of(words[0]),
                        Stream.of(words).skip(1).map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1)))
                .collect(Collectors.joining());
    }

    @Test
    void aMissingOrSurplusAnnotationIsFound() throws IOException {
        List<Row> rows = rows();

        assertThatThrownBy(() -> assertSame(rows, answered(Stream.of(ComputeDriver.class, DriverHost.class))))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> assertSame(
                        rows, answered(Stream.concat(annotatedTypes(), Stream.of(AnswersWhatIsNotPorted.class)))))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("live_migration");
    }

    /** Answers a method that the list refuses. */
    @SuppressWarnings("UnusedMethod") // read by reflection
    private interface AnswersWhatIsNotPorted {
        @NovaMethod("live_migration")
        void liveMigration();
    }
}
