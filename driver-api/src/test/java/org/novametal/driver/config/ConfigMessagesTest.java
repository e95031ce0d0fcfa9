package org.novametal.driver.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;

/** What a message about a wrong configuration shows. */
class ConfigMessagesTest {
    @TempDir
    Path folder;

    private static String refusal(String value, Consumer<ConfReader> read) {
        ConfReader reader = NovaConf.builder()
                .text("nova.conf", "[g]\na = " + value + "\n")
                .build()
                .reader("g");
        read.accept(reader);
        return catchThrowableOfType(DriverException.class, reader::finish).getMessage();
    }

    private static void failing(ConfReader reader) {
        assertThat(reader.converted("a", "", text -> {
                            throw new IllegalArgumentException("is wrong: " + text);
                        })
                        .optional())
                .isEmpty();
    }

    @Test
    void aPasswordInAValueIsReplacedWhereverTheMessageRepeatsTheValue() {
        for (String value : new String[] {
            "postgresql://nova:Geheim42@db.example:5432/nova",
            "jdbc:postgresql://nova:Geheim42@db.example/nova",
            "postgresql://nova:Ge/Geheim42@db.example/nova",
            "postgresql://nova:x@Geheim42#@db.example/nova",
            "http://nova:Geheim42@web.example/kernel",
            "nova:Geheim42@web.example",
            "nova://Geheim42@web",
            "postgresql://db.example/nova?user=nova&password=Geheim42&ssl=on",
            "postgresql://db.example/nova?sslpassword = Geheim42",
            "https://web.example/kernel?X-Secret-Token=Geheim42",
        }) {
            assertThat(refusal(value, ConfigMessagesTest::failing))
                    .as(value)
                    .doesNotContain("Geheim42")
                    .contains("***")
                    .startsWith("nova.conf:2: [g] a: '")
                    .contains("is wrong");
        }
        assertThat(refusal("postgresql://nova:Geheim42@db.example:5432/nova", ConfigMessagesTest::failing))
                .contains("'postgresql://***@db.example:5432/nova'");
        assertThat(refusal(
                        "http://nova:Gehe im42@web/x",
                        reader -> reader.converted(
                                        "a", "", text -> Texts.httpUrl(text).toString())
                                .optional()))
                .doesNotContain("im42")
                .contains("is not a URL");
    }

    @Test
    void aLongValueIsCutAndEscaped() {
        assertThat(refusal(
                        "x".repeat(5_000) + "\u001b[2J",
                        reader -> reader.integer("a").optional()))
                .hasSizeLessThan(300)
                .contains("(5004 characters)' is not an integer");
        assertThat(refusal(
                        "$".repeat(1) + "{none}" + "x".repeat(5_000),
                        reader -> reader.integer("a").optional()))
                .hasSizeLessThan(300);
    }

    @Test
    void aSecretIsNotShownByItsConversionEither() {
        assertThat(refusal(
                        "Geheim42",
                        reader -> reader.secret("a")
                                .check(value -> false, "is wrong: Geheim42")
                                .optional()))
                .doesNotContain("Geheim42");
    }

    @Test
    void aPathWithALineBreakOrAnInvisibleCharacterIsRefused() {
        assertThat(refusal(
                        "/x/state\n  automated_clean = false",
                        reader -> reader.path("a").optional()))
                .contains("nova.conf:2:", "contains a line break", "continues the value above");
        for (String bad : new String[] {"\u2028", "\u0085", "\u000b", "\u200b", "\u3164", "\u0000", "\ufeff", "\t"}) {
            assertThat(refusal("/x/sta" + bad + "te", reader -> reader.path("a").optional()))
                    .as("U+%04X", (int) bad.charAt(0))
                    .contains("contains an invisible character");
            assertThat(refusal(
                            "/x/sta" + bad + "te",
                            reader -> reader.converted("a", Path.of("/"), Texts::absolute)
                                    .optional()))
                    .contains("contains an invisible character");
        }
        NovaConf named = NovaConf.builder()
                .text("nova.conf", "[g]\na = /srv/Größe 7/東京/שלום\n")
                .build();
        assertThat(named.reader("g").path("a").optional()).contains(Path.of("/srv/Größe 7/東京/שלום"));
    }

    @Test
    void aByteOrderMarkIsNamedAndTheRestOfTheFileIsRead() throws Exception {
        Path file = Files.writeString(folder.resolve("nova.conf"), "\ufeff[g]\na = 1\nno option\n");

        assertThat(build(file).getMessage().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith(file + ":1: ").contains("byte order mark"),
                        line -> assertThat(line).startsWith(file + ":3: "));
    }

    @Test
    void anEndlessFileIsRefusedAfterItsLimit() throws Exception {
        byte[] much = "# a long comment\n".repeat(1_000_000).getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(folder.resolve("nova.conf"), much);

        assertThat(build(file)).hasMessageContaining("more than 16 MiB").hasMessageContaining(file.toString());
    }

    private static DriverException build(Path file) {
        DriverException refused = catchThrowableOfType(
                DriverException.class, () -> NovaConf.builder().file(file).build());
        assertThat(refused.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        return refused;
    }
}
