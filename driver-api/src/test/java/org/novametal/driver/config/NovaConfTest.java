package org.novametal.driver.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.driver.config.NovaConf.Entry;
import org.novametal.driver.config.NovaConf.Origin;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;

class NovaConfTest {
    @TempDir
    Path folder;

    @Test
    void anEntryTellsItsFileAndTheLineOfItsName() throws IOException {
        Path first = write("nova.conf", "[baremetal]\ndriver = a\n  b\n");
        Path second = write("more.conf", "# more\n\n[baremetal]\ntftp_root: /tftpboot");

        NovaConf conf = NovaConf.builder().file(first).file(second).build();

        assertThat(conf.find("baremetal", "driver"))
                .contains(new Entry("baremetal", "driver", "a\nb", new Origin(first.toString(), 2)));
        assertThat(conf.find("baremetal", "tftp_root").orElseThrow().origin()).hasToString(second + ":4");
        assertThat(conf.sources()).containsExactly(first.toString(), second.toString());
    }

    @Test
    void theEntryThatCountsTellsTheFileItStandsIn() throws IOException {
        Path first = write("1.conf", "[g]\na = 1\nb = 1");
        Path second = write("2.conf", "[g]\na = 2");

        NovaConf conf = NovaConf.builder().file(first).file(second).build();

        assertThat(conf.find("g", "a").orElseThrow().origin()).hasToString(second + ":2");
        assertThat(conf.find("g", "b").orElseThrow().origin()).hasToString(first + ":3");
    }

    @Test
    void sourcesCountInTheOrderInWhichTheyAreGiven() throws IOException {
        write("conf.d/1.conf", "[g]\na = folder");
        Path file = write("nova.conf", "[g]\na = file");

        assertThat(value(NovaConf.builder().file(file).directory(folder.resolve("conf.d")), "g", "a"))
                .isEqualTo("folder");
        assertThat(value(NovaConf.builder().directory(folder.resolve("conf.d")).file(file), "g", "a"))
                .isEqualTo("file");
    }

    @Test
    void anEmptyFolderAddsNothing() {
        assertThat(NovaConf.builder().directory(folder).build().groups()).isEmpty();
    }

    @Test
    void anOptionThatIsNotSetIsEmpty() {
        NovaConf conf = conf("[g]\na = 1");

        assertThat(conf.find("g", "b")).isEmpty();
        assertThat(conf.find("h", "a")).isEmpty();
        assertThat(conf.findAll("g", "b")).isEmpty();
        assertThat(conf.find(List.of("h", "i"), "a")).isEmpty();
    }

    @Test
    void theFirstOfSeveralGroupsCounts() {
        NovaConf conf = conf("[baremetal]\na = 1\n[DEFAULT]\na = 2\nb = 3");

        assertThat(conf.find(List.of("baremetal", "DEFAULT"), "a").orElseThrow().value())
                .isEqualTo("1");
        assertThat(conf.find(List.of("baremetal", "DEFAULT"), "b").orElseThrow())
                .isEqualTo(new Entry("DEFAULT", "b", "3", new Origin("nova.conf", 5)));
    }

    @Test
    void groupsHaveNoCaseButDefault() {
        NovaConf conf = conf("[BareMetal]\na = 1\n[Default]\na = 2");

        assertThat(conf.find("BAREMETAL", "a").orElseThrow().group()).isEqualTo("baremetal");
        assertThat(conf.find("DEFAULT", "a")).isEmpty();
        assertThat(conf.groups()).containsExactly("baremetal", "default");
    }

    @Test
    void theOverlayCountsBeforeAllFiles() {
        NovaConf.Builder builder = NovaConf.builder()
                .overlay("baremetal", "a", "over")
                .text("nova.conf", "[baremetal]\na = file\na = again\nb = file\nuses = $a");

        NovaConf conf = builder.build();

        assertThat(conf.find("baremetal", "a")).contains(new Entry("baremetal", "a", "over", new Origin("overlay", 0)));
        assertThat(conf.findAll("baremetal", "a")).extracting(Entry::value).containsExactly("over");
        assertThat(conf.find("baremetal", "b").orElseThrow().value()).isEqualTo("file");
        assertThat(conf.find("baremetal", "uses").orElseThrow().value()).isEqualTo("over");
        assertThat(conf.keys("baremetal")).containsExactly("a", "b", "uses");
    }

    @Test
    void theOverlayCanHoldSeveralValues() {
        NovaConf conf = NovaConf.builder()
                .text("nova.conf", "[pci]\nalias = file")
                .overlay("pci", "alias", "one")
                .overlay("pci", "alias", "two")
                .build();

        assertThat(conf.findAll("pci", "alias")).extracting(Entry::value).containsExactly("one", "two");
    }

    @Test
    void dollarSignsInTheOverlayMeanNothing() {
        NovaConf conf = NovaConf.builder()
                .overlay("baremetal", "state_path", "/tmp/$x\\$y$$")
                .text("nova.conf", "[baremetal]\nimages = $state_path/images")
                .build();

        assertThat(conf.find("baremetal", "state_path").orElseThrow().value()).isEqualTo("/tmp/$x\\$y$$");
        assertThat(conf.find("baremetal", "images").orElseThrow().value()).isEqualTo("/tmp/$x\\$y$$/images");
    }

    @Test
    void aConfigurationDoesNotChangeWithItsBuilder() {
        NovaConf.Builder builder = NovaConf.builder().overlay("g", "a", "1");
        NovaConf conf = builder.build();

        builder.overlay("g", "a", "2");

        assertThat(conf.find("g", "a").orElseThrow().value()).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            key                   | nova.conf:2: the line has neither = nor :, so it sets no option
            = value               | nova.conf:2: the option's name is empty
            : value               | nova.conf:2: the option's name is empty
            [group                | nova.conf:2: the group is not closed; the line must end with ]
            [group] # comment     | nova.conf:2: the group is not closed; the line must end with ]
            []                    | nova.conf:2: the group's name is empty
            """)
    void aFaultyLineIsToldWithItsPlace(String line, String message) {
        assertThat(refusal(NovaConf.builder().text("nova.conf", "[DEFAULT]\n" + line)))
                .isEqualTo(message);
    }

    @Test
    void allFaultsOfAllFilesAreToldAtOnce() throws IOException {
        Path missing = folder.resolve("missing.conf");
        Path first = write(
                "1.conf", "early = 1\n continued\n[baremetal]\n indented = 2\nno separator\n   more\n[open\nx = 1\n");
        Path second = write("2.conf", "[g]\n= 3\n");

        assertThat(refusal(NovaConf.builder().file(first).file(missing).file(second))
                        .lines())
                .containsExactly(
                        first + ":1: the option early stands before any group; put a line [DEFAULT] before it",
                        first + ":4: the line begins with a blank but continues no value; remove the blanks before it",
                        first + ":5: the line has neither = nor :, so it sets no option",
                        first + ":7: the group is not closed; the line must end with ]",
                        missing + ": no such file",
                        second + ":2: the option's name is empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no separator hunter2", "[open hunter2", " hunter2"})
    void aFaultyLineIsNotShownBecauseItMayHoldAPassword(String line) {
        assertThat(refusal(NovaConf.builder().text("nova.conf", "[g]\n" + line)))
                .doesNotContain("hunter2");
    }

    @Test
    void anEntryDoesNotPrintItsValue() {
        assertThat(conf("[g]\npassword = hunter2").find("g", "password").orElseThrow())
                .hasToString("nova.conf:2: [g] password");
    }

    @Test
    void aMissingFolderIsTold() {
        assertThat(refusal(NovaConf.builder().directory(folder.resolve("conf.d"))))
                .isEqualTo(folder.resolve("conf.d") + ": no such folder");
    }

    @Test
    void aFolderInAFilesPlaceIsTold() {
        assertThat(refusal(NovaConf.builder().file(folder))).startsWith(folder + ": the file cannot be read:");
    }

    @Test
    void aFileInAFoldersPlaceIsTold() throws IOException {
        Path file = write("nova.conf", "");

        assertThat(refusal(NovaConf.builder().directory(file))).isEqualTo(file + ": is not a folder");
    }

    @ParameterizedTest
    @CsvSource({"1, K\u00f6ln = 1", "3, '[g]\na = 1\nb = K\u00f6ln\nc = 2'"})
    void aLineThatIsNotUtf8IsTold(int line, String content) throws IOException {
        Path file = folder.resolve("latin1.conf");
        Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));

        assertThat(refusal(NovaConf.builder().file(file)))
                .isEqualTo(file + ":" + line + ": this line is not UTF-8; save the file as UTF-8");
    }

    @Test
    void aByteOrderMarkIsToldBecauseItCannotBeSeen() throws IOException {
        Path file = write("windows.conf", "\ufeff[g]\na = 1");

        assertThat(refusal(NovaConf.builder().file(file)))
                .isEqualTo(file + ":1: the file begins with a byte order mark; save it as UTF-8 without one");
    }

    @Test
    void aFileThatEndsInsideACharacterIsTold() throws IOException {
        Path file = folder.resolve("cut.conf");
        Files.write(file, new byte[] {'[', 'g', ']', '\n', 'a', '=', (byte) 0xc3});

        assertThat(refusal(NovaConf.builder().file(file))).startsWith(file + ":2: this line is not UTF-8");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a = $nothing      | nova.conf:2: [g] a: refers to $nothing, which is not set; write $$ for a dollar sign
            a = ${nothing}    | nova.conf:2: [g] a: refers to $nothing, which is not set; write $$ for a dollar sign
            a = $h.x          | nova.conf:2: [g] a: refers to $h.x, which is not set; a name goes on after a dot, write ${…} to end it before
            a = $DEFAULT.x    | nova.conf:2: [g] a: refers to $DEFAULT.x, which is not set; a reference to an option of [DEFAULT] names no group
            a = $a            | nova.conf:2: [g] a: refers to itself: [g] a → [g] a
            """)
    void aReferenceToNothingIsToldWithItsPlace(String line, String message) {
        NovaConf conf = conf("[g]\n" + line + "\n[DEFAULT]\nx = 1");

        DriverException refused = catchThrowableOfType(DriverException.class, () -> conf.find("g", "a"));

        assertThat(refused.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(refused).hasMessage(message);
    }

    @Test
    void aLoopIsToldWhole() {
        NovaConf conf = conf("[g]\na = $b\nb = $h.c\n[h]\nc = x $g.b");

        assertThat(catchThrowableOfType(DriverException.class, () -> conf.find("g", "a")))
                .hasMessage("nova.conf:3: [g] b: refers to itself: [g] b → [h] c → [g] b");
    }

    @Test
    void aBrokenReferenceHarmsOnlyWhatReadsIt() {
        NovaConf conf = conf("[glance]\nurl = $nothing\n[g]\na = 1");

        assertThat(conf.find("g", "a").orElseThrow().value()).isEqualTo("1");
        assertThat(conf.keys("glance")).containsExactly("url");
    }

    private static String value(NovaConf.Builder builder, String group, String key) {
        return builder.build().find(group, key).orElseThrow().value();
    }

    private static NovaConf conf(String content) {
        return NovaConf.builder().text("nova.conf", content).build();
    }

    private static String refusal(NovaConf.Builder builder) {
        DriverException refused = catchThrowableOfType(DriverException.class, builder::build);
        assertThat(refused.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        return String.valueOf(refused.getMessage());
    }

    private Path write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        return Files.writeString(file, content);
    }
}
