package org.novametal.driver.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.novametal.driver.error.DriverException;

/** Reads the same files as the real oslo.config 10.7.0 did; {@code oslo/generate.py} wrote down what it read. */
class OsloConfigTest {
    private static final Path FOLDER = folder();

    /** What oslo read for one option; empty values where it refused. */
    private record Row(String group, String key, String kind, Optional<List<String>> values) {
        static Row of(List<String> fields) {
            Optional<List<String>> values = switch (fields.get(3)) {
                case "ok" -> Optional.of(fields.subList(4, fields.size()));
                case "error" -> Optional.empty();
                default -> throw new AssertionError(fields);
            };
            return new Row(fields.get(0), fields.get(1), fields.get(2), values);
        }

        void check(NovaConf conf, String source) {
            assertThat(read(conf))
                    .as("[%s] %s as %s in %s", group, key, kind, source)
                    .isEqualTo(values);
        }

        private Optional<List<String>> read(NovaConf conf) {
            ConfReader reader = conf.reader(group);
            Optional<List<String>> read = switch (kind) {
                case "string" -> reader.string(key).optional().map(List::of);
                case "multi" -> reader.multiString(key).optional();
                case "list" -> reader.list(key).optional();
                case "quoted" -> reader.quotedList(key).optional();
                case "integer" -> reader.integer(key).optional().map(number -> List.of(number.toString()));
                case "decimal" -> reader.decimal(key).optional().map(number -> List.of(number.toString()));
                case "bool" -> reader.bool(key).optional().map(truth -> List.of(truth ? "True" : "False"));
                default -> throw new AssertionError(kind);
            };
            try {
                reader.finish();
            } catch (DriverException refused) {
                return Optional.empty();
            }
            return Optional.of(read.orElse(List.of()));
        }
    }

    @TestFactory
    Stream<DynamicTest> trickyLinesReadAsOsloReadsThem() throws IOException {
        return options("tricky", NovaConf.builder().file(file("tricky/1.conf")).file(file("tricky/2.conf")));
    }

    @TestFactory
    Stream<DynamicTest> referencesReadAsOsloReadsThem() throws IOException {
        return options("substitution", NovaConf.builder().file(file("substitution/1.conf")));
    }

    @TestFactory
    Stream<DynamicTest> typedTextsReadAsOsloReadsThem() throws IOException {
        return options("types", NovaConf.builder().file(file("types/1.conf")));
    }

    @TestFactory
    Stream<DynamicTest> severalFilesAndAFolderReadAsOsloReadsThem() throws IOException {
        return options(
                "several",
                NovaConf.builder()
                        .file(file("several/1.conf"))
                        .file(file("several/2.conf"))
                        .directory(file("several/conf.d")));
    }

    @Test
    void everyOptionOfTheFilesIsCompared() throws IOException {
        NovaConf conf = NovaConf.builder()
                .file(file("tricky/1.conf"))
                .file(file("tricky/2.conf"))
                .build();

        List<String> options = new ArrayList<>();
        conf.groups().forEach(group -> conf.keys(group).forEach(key -> options.add(group + "/" + key)));

        assertThat(options)
                .containsExactlyInAnyOrderElementsOf(rows("tricky").stream()
                        .map(fields -> fields.get(0) + "/" + fields.get(1))
                        .distinct()
                        .toList());
    }

    /** Files made at random by a seeded generator, with oslo's answer to each. */
    @TestFactory
    Stream<DynamicTest> randomFilesReadAsOsloReadsThem() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        String content = "";
        List<List<String>> answers = new ArrayList<>();
        for (List<String> fields : rows("random")) {
            if (fields.getFirst().equals("file")) {
                addRandom(tests, content, answers);
                content = fields.get(1);
                answers = new ArrayList<>();
            } else {
                answers.add(fields);
            }
        }
        addRandom(tests, content, answers);
        assertThat(tests).hasSizeGreaterThan(300);
        return tests.stream();
    }

    private static void addRandom(List<DynamicTest> tests, String content, List<List<String>> answers) {
        if (!content.isEmpty()) {
            tests.add(dynamicTest("random file " + (tests.size() + 1), () -> checkRandom(content, answers)));
        }
    }

    private static void checkRandom(String content, List<List<String>> answers) {
        NovaConf conf;
        try {
            conf = NovaConf.builder().text("random.conf", content).build();
        } catch (DriverException refused) {
            assertThat(answers).as(content).hasSize(1);
            assertThat(answers.getFirst().getFirst()).as(content).isEqualTo("refused");
            String line = answers.getFirst().get(1);
            // oslo notices an option outside a group only at its end, so it cannot tell the option's line.
            assertThat(refused)
                    .as(content)
                    .message()
                    .startsWith("random.conf:" + (line.equals("outside") ? "" : line + ": "));
            return;
        }
        for (List<String> answer : answers) {
            assertThat(answer.getFirst()).as(content).isEqualTo("option");
            Row.of(answer.subList(1, answer.size())).check(conf, content);
        }
    }

    private static Stream<DynamicTest> options(String name, NovaConf.Builder builder) throws IOException {
        NovaConf conf = builder.build();
        List<Row> rows = rows(name).stream().map(Row::of).toList();
        assertThat(rows).isNotEmpty();
        return rows.stream()
                .map(row -> dynamicTest(
                        "[" + row.group() + "] " + row.key() + " as " + row.kind(), () -> row.check(conf, name)));
    }

    private static List<List<String>> rows(String name) throws IOException {
        return Files.readString(file(name + ".tsv"))
                .lines()
                .map(line -> Stream.of(line.split("\t", -1))
                        .map(OsloConfigTest::unescaped)
                        .toList())
                .toList();
    }

    private static String unescaped(String field) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            text.append(
                    c != '\\'
                            ? c
                            : switch (field.charAt(++i)) {
                                case 'n' -> '\n';
                                case 't' -> '\t';
                                case 'r' -> '\r';
                                case '\\' -> '\\';
                                default -> throw new AssertionError(field);
                            });
        }
        return text.toString();
    }

    private static Path file(String name) {
        return FOLDER.resolve(name);
    }

    private static Path folder() {
        try {
            return Path.of(Objects.requireNonNull(OsloConfigTest.class.getResource("oslo"))
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
