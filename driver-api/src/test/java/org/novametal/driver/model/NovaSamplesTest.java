package org.novametal.driver.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every field that real Nova passes to a driver is in the model, or in a list of fields left out, each with its reason.
 *
 * <p>The documents in the folders {@code 26} and {@code 34} are dumps of the arguments of driver calls, written by those
 * releases of Nova. A field's path leaves out the wrappers of Nova's objects; {@code *} stands for the keys of free maps.
 */
class NovaSamplesTest {
    private static final String MODEL = "in-the-model.tsv";
    private static final String LEFT_OUT = "left-out.tsv";
    private static final int DOCUMENTS = 41;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What wraps an object of Nova. */
    private static final List<String> WRAPPERS = List.of("nova_object.data", "primitive", "to_dict", "json");

    /** Maps whose keys are not fields. */
    private static final Pattern FREE_KEY = Pattern.compile("((?:^|.*\\.)(?:metadata|system_metadata|extra_specs"
            + "|connection_info\\.data|provider_tree\\.data|image_meta\\.properties))\\.[^.]+(\\..*)?");

    private static Path folder() throws URISyntaxException {
        URL list = NovaSamplesTest.class.getResource("nova/" + MODEL);
        assertThat(list).as("the test resource nova/%s", MODEL).isNotNull();
        return Path.of(list.toURI()).resolveSibling(".").normalize();
    }

    private static Map<String, String> rows(String file) throws IOException, URISyntaxException {
        Map<String, String> rows = new TreeMap<>();
        for (String line :
                Files.readAllLines(folder().resolve(file)).stream().skip(1).toList()) {
            String[] cells = line.split("\t", -1);
            assertThat(cells).as("cells of the line: %s", line).hasSize(2);
            assertThat(rows.put(cells[0], cells[1]))
                    .as("a second row for %s", cells[0])
                    .isNull();
        }
        return rows;
    }

    /** The fields of all documents, each with a document that has it. */
    private static Map<String, String> fields() throws IOException, URISyntaxException {
        List<Path> documents;
        try (Stream<Path> files = Files.walk(folder())) {
            documents = files.filter(file -> file.toString().endsWith(".json")).toList();
        }
        assertThat(documents).as("documents").hasSize(DOCUMENTS);
        Map<String, String> fields = new TreeMap<>();
        for (Path document : documents) {
            Set<String> paths = new TreeSet<>();
            collect(JSON.readTree(document.toFile()), root(document), paths);
            paths.forEach(
                    path -> fields.put(normalised(path), document.getFileName().toString()));
        }
        return fields;
    }

    /** Documents that hold one argument are named after it. */
    private static String root(Path document) {
        String name = document.getFileName().toString();
        return Stream.of("network_info", "image_meta", "block_device_info")
                .filter(name::startsWith)
                .findFirst()
                .orElse("");
    }

    private static void collect(JsonNode node, String path, Set<String> paths) {
        Optional<String> wrapper = WRAPPERS.stream()
                .filter(name -> node.has(name) && (node.has("__class__") || name.equals("nova_object.data")))
                .findFirst();
        if (wrapper.isPresent()) {
            collect(node.get(wrapper.get()), path, paths);
        } else if (node.isArray() && !node.isEmpty()) {
            node.forEach(item -> collect(item, path + "[]", paths));
        } else if (node.isObject() && !node.isEmpty()) {
            node.properties().forEach(field -> {
                if (!field.getKey().equals("__class__")) {
                    collect(field.getValue(), path.isEmpty() ? field.getKey() : path + "." + field.getKey(), paths);
                }
            });
        } else {
            paths.add(node.isArray() ? path + "[]" : path);
        }
    }

    private static String normalised(String path) {
        String plain = path.replaceFirst("^kwargs\\.", "")
                .replaceFirst("^instances\\[]", "instance")
                .replaceFirst("^image\\.", "image_meta.");
        return FREE_KEY.matcher(plain).replaceFirst("$1.*$2");
    }

    private static boolean matches(String row, String field) {
        return row.endsWith(".**") ? field.startsWith(row.substring(0, row.length() - 2)) : row.equals(field);
    }

    private static List<String> rowsOf(String field, Set<String> rows) {
        return rows.stream().filter(row -> matches(row, field)).toList();
    }

    @Test
    void everyFieldIsInTheModelOrLeftOutWithAReason() throws Exception {
        Set<String> model = rows(MODEL).keySet();
        Set<String> leftOut = rows(LEFT_OUT).keySet();

        Map<String, String> inNeither = new TreeMap<>(fields());
        inNeither
                .keySet()
                .removeIf(field -> !rowsOf(field, model).isEmpty()
                        || !rowsOf(field, leftOut).isEmpty());

        assertThat(inNeither)
                .as("fields in neither list, each with a document that has it")
                .isEmpty();
    }

    @Test
    void noFieldIsInBothLists() throws Exception {
        Set<String> model = rows(MODEL).keySet();
        Set<String> leftOut = rows(LEFT_OUT).keySet();

        assertThat(fields().keySet())
                .noneMatch(field -> !rowsOf(field, model).isEmpty()
                        && !rowsOf(field, leftOut).isEmpty());
    }

    @Test
    void noRowIsAboutAFieldThatNovaDoesNotPass() throws Exception {
        Set<String> fields = fields().keySet();
        Set<String> rows = new TreeSet<>(rows(MODEL).keySet());
        rows.addAll(rows(LEFT_OUT).keySet());

        rows.removeIf(row -> fields.stream().anyMatch(field -> matches(row, field)));

        assertThat(rows).as("rows that no document needs").isEmpty();
    }

    @Test
    void everyMemberOfTheModelExists() throws Exception {
        Set<String> missing = rows(MODEL).values().stream()
                .filter(member -> !exists(member))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(missing).as("members that the model lacks").isEmpty();
    }

    private static boolean exists(String member) {
        String[] parts = member.split("#", -1);
        String type = NovaSamplesTest.class.getPackageName() + "." + parts[0].replace('.', '$');
        try {
            return Arrays.stream(Class.forName(type).getMethods())
                    .anyMatch(method -> method.getName().equals(parts[1]) && method.getParameterCount() == 0);
        } catch (ClassNotFoundException missing) {
            return false;
        }
    }

    @Test
    void everyReasonIsThere() throws Exception {
        assertThat(rows(LEFT_OUT).values())
                .allSatisfy(reason -> assertThat(reason).isNotBlank());
    }
}
