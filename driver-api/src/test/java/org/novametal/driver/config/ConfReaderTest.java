package org.novametal.driver.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;

class ConfReaderTest {
    @Test
    void optionsThatAreSetAreRead() {
        ConfReader reader = reader("""
                [baremetal]
                text = a b
                whole = 12
                long = 5000000000
                decimal = 1.0
                time = 2.5
                truth = Yes
                list = a, b
                quoted = x, "a, b"
                multi = one
                multi = two
                path = /var/lib/nova
                address = http://127.0.0.1:1/
                password = hunter2
                """);

        assertThat(reader.string("text").required()).isEqualTo("a b");
        assertThat(reader.integer("whole").required()).isEqualTo(12);
        assertThat(reader.longInteger("long").required()).isEqualTo(5_000_000_000L);
        assertThat(reader.decimal("decimal").required()).isEqualTo(1.0);
        assertThat(reader.seconds("time").required()).isEqualTo(Duration.ofMillis(2500));
        assertThat(reader.bool("truth").required()).isTrue();
        assertThat(reader.list("list").required()).containsExactly("a", "b");
        assertThat(reader.quotedList("quoted").required()).containsExactly("x", "a, b");
        assertThat(reader.multiString("multi").required()).containsExactly("one", "two");
        assertThat(reader.path("path").required()).isEqualTo(Path.of("/var/lib/nova"));
        assertThat(reader.converted("address", URI.create("http:/"), URI::create)
                        .required())
                .hasPort(1);
        assertThat(reader.secret("password").required().reveal()).isEqualTo("hunter2");
        reader.unknownKeys(Set.of());
        assertThatCode(reader::finish).doesNotThrowAnyException();
    }

    @Test
    void optionsThatAreNotSetAreTheirDefaults() {
        ConfReader reader = reader("[baremetal]");

        assertThat(reader.string("a").orElse("x")).isEqualTo("x");
        assertThat(reader.integer("a").min(1).max(5).orElse(30)).isEqualTo(30);
        assertThat(reader.multiString("a").orElse(List.of("x"))).containsExactly("x");
        assertThat(reader.bool("a").optional()).isEmpty();
        assertThat(reader.isSet("a")).isFalse();
        assertThatCode(reader::finish).doesNotThrowAnyException();
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                wrong(reader -> reader.integer("k"), "ten", "'ten' is not an integer"),
                wrong(reader -> reader.integer("k"), "1.5", "'1.5' is not an integer"),
                wrong(reader -> reader.integer("k"), "2147483648", "'2147483648' is not an integer of 32 bits"),
                wrong(
                        reader -> reader.longInteger("k"),
                        "9223372036854775808",
                        "'9223372036854775808' is not an integer of 64 bits"),
                wrong(reader -> reader.integer("k").min(1), "0", "'0' is less than the minimum of 1"),
                wrong(reader -> reader.integer("k").max(9), "10", "'10' is greater than the maximum of 9"),
                wrong(reader -> reader.decimal("k"), "inf", "'inf' is not a number"),
                wrong(reader -> reader.decimal("k"), "nan", "'nan' is not a number"),
                wrong(reader -> reader.decimal("k"), "1e999", "'1e999' is too large"),
                wrong(reader -> reader.seconds("k"), "5 minutes", "'5 minutes' is not a number"),
                wrong(reader -> reader.seconds("k"), "1e300", "'1e300' is too large"),
                wrong(
                        reader -> reader.seconds("k").min(Duration.ofMillis(500)),
                        "0.1",
                        "'0.1' is less than the minimum of 0.5 seconds"),
                wrong(
                        reader -> reader.seconds("k").max(Duration.ofSeconds(60)),
                        "61",
                        "'61' is greater than the maximum of 60 seconds"),
                wrong(reader -> reader.bool("k"), "maybe", "'maybe' is not a boolean; write true or false"),
                wrong(reader -> reader.string("k").minLength(1), "", "'' is too short; the least is 1 character"),
                wrong(reader -> reader.string("k").maxLength(2), "abc", "'abc' is too long; the most is 2 characters"),
                wrong(reader -> reader.string("k").oneOf("keep", "close"), "Keep", "'Keep' is not one of keep, close"),
                wrong(reader -> reader.path("k"), "", "'' is too short; write the path of a file or folder"),
                wrong(reader -> reader.quotedList("k"), "x, 'a", "'x, 'a' has a quote that is not closed"),
                wrong(
                        reader -> reader.list("k").check(list -> list.size() > 1, "is too short"),
                        "a",
                        "'a' is too short"),
                wrong(
                        reader -> reader.converted("k", 0, text -> {
                            throw new IllegalArgumentException("is not a colour");
                        }),
                        "9",
                        "'9' is not a colour"));
    }

    private static Arguments wrong(Function<ConfReader, ConfOption<?>> option, String value, String complaint) {
        return Arguments.of(option, value, complaint);
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void aWrongValueIsToldWithItsPlace(Function<ConfReader, ConfOption<?>> option, String value, String complaint) {
        String message = "nova.conf:2: [baremetal] k: " + complaint;

        assertThat(problems(
                        "[baremetal]\nk = " + value,
                        reader -> assertThat(option.apply(reader).optional()).isEmpty()))
                .containsExactly(message);
        assertThat(problems(
                        "[baremetal]\nk = " + value,
                        reader -> option.apply(reader).required()))
                .containsExactly(message);
    }

    @ParameterizedTest
    @CsvSource({"1", "9"})
    void theBoundsThemselvesAreRight(int bound) {
        ConfReader reader = reader("[baremetal]\nk = " + bound);

        assertThat(reader.integer("k").min(1).max(9).required()).isEqualTo(bound);
        assertThatCode(reader::finish).doesNotThrowAnyException();
    }

    @Test
    void allProblemsAreToldAtOnce() {
        assertThat(problems("""
                        [baremetal]
                        power_poll_interval = soon
                        session_policy = sometimes
                        pwoer_poll_interval = 5
                        tftp_root = $nothing
                        """, reader -> {
                    assertThat(reader.integer("power_poll_interval").orElse(30)).isEqualTo(30);
                    assertThat(reader.string("session_policy")
                                    .oneOf("keep", "close")
                                    .orElse("keep"))
                            .isEqualTo("keep");
                    assertThat(reader.path("state_path").required()).isEqualTo(Path.of(""));
                    assertThat(reader.path("tftp_root").required()).isEqualTo(Path.of(""));
                    reader.unknownKeys(Set.of());
                }))
                .containsExactly(
                        "nova.conf:2: [baremetal] power_poll_interval: 'soon' is not an integer",
                        "nova.conf:3: [baremetal] session_policy: 'sometimes' is not one of keep, close",
                        "nova.conf: [baremetal] state_path: is missing",
                        "nova.conf:5: [baremetal] tftp_root: refers to $nothing, which is not set;"
                                + " write $$ for a dollar sign",
                        "nova.conf:4: [baremetal] pwoer_poll_interval: unknown option;"
                                + " did you mean power_poll_interval?");
    }

    @Test
    void aRequiredNumberThatIsEmptyIsTold() {
        assertThat(problems(
                        "[baremetal]\nk =",
                        reader -> assertThat(reader.integer("k").required()).isZero()))
                .containsExactly("nova.conf:2: [baremetal] k: is empty");
    }

    @Test
    void aProblemIsToldOnceHoweverOftenItIsFound() {
        assertThat(problems("[baremetal]\nk = x", reader -> {
                    reader.integer("k").required();
                    reader.integer("k").required();
                }))
                .hasSize(1);
    }

    @Test
    void unknownOptionsAreToldOneByOne() {
        assertThat(problems("[baremetal]\nknown = 1\nother = 2\nKnown = 3\nother = 4\n[g]\nother = 5", reader -> {
                    reader.isSet("known");
                    reader.unknownKeys(Set.of("also_known"));
                }))
                .containsExactly(
                        "nova.conf:3: [baremetal] other: unknown option",
                        "nova.conf:5: [baremetal] other: unknown option",
                        "nova.conf:4: [baremetal] Known: unknown option; did you mean known?");
    }

    @Test
    void anUnknownOptionOfTheOverlayIsTold() {
        ConfReader reader = NovaConf.builder()
                .overlay("baremetal", "statepath", "/")
                .build()
                .reader("baremetal");
        reader.unknownKeys(Set.of("state_path"));

        assertThat(catchThrowableOfType(DriverException.class, reader::finish))
                .hasMessage("overlay: [baremetal] statepath: unknown option; did you mean state_path?");
    }

    @Test
    void aSecretIsNotShownWhenItIsWrong() {
        assertThat(problems(
                        "[baremetal]\nk = hunter2",
                        reader -> reader.secret("k")
                                .check(secret -> secret.reveal().length() > 10, "is too short")
                                .required()))
                .containsExactly("nova.conf:2: [baremetal] k: the value, which is secret, is too short");
    }

    @Test
    void aSecretThatIsMissingIsTold() {
        assertThat(problems("[baremetal]", reader -> reader.secret("k").required()))
                .containsExactly("nova.conf: [baremetal] k: is missing");
    }

    @Test
    void withSeveralGroupsTheFirstThatHasTheOptionCounts() {
        ConfReader reader = conf("[baremetal]\na = 1\nm = 1\n[DEFAULT]\na = 2\nb = x\nm = 2")
                .reader("baremetal", "DEFAULT");

        assertThat(reader.integer("a").required()).isEqualTo(1);
        assertThat(reader.multiString("m").required()).containsExactly("1");
        assertThat(reader.origin("a")).hasToString("nova.conf:2");
        assertThat(reader.integer("b").optional()).isEmpty();
        assertThat(catchThrowableOfType(DriverException.class, reader::finish))
                .hasMessage("nova.conf:6: [DEFAULT] b: 'x' is not an integer");
    }

    @Test
    void readersOfSeveralGroupsEndTogether() {
        ConfReader reader = reader("[baremetal]\na = x\n[DEFAULT]\nb = y");
        reader.in("DEFAULT").integer("b").required();
        reader.in("baremetal", "DEFAULT").integer("a").required();
        reader.unknownKeys(Set.of());

        assertThat(catchThrowableOfType(DriverException.class, reader::finish))
                .hasMessage("nova.conf:4: [DEFAULT] b: 'y' is not an integer\n"
                        + "nova.conf:2: [baremetal] a: 'x' is not an integer");
    }

    @Test
    void anOptionOfOneGroupIsMissedThoughAnotherGroupsIsWrong() {
        ConfReader reader = reader("[baremetal]\na = x");
        reader.integer("a").required();
        reader.in("glance").integer("a").required();

        assertThat(catchThrowableOfType(DriverException.class, reader::finish))
                .hasMessage("nova.conf:2: [baremetal] a: 'x' is not an integer\nnova.conf: [glance] a: is missing");
    }

    @Test
    void aCallersOwnProblemHasThePlaceOfTheOption() {
        assertThat(problems("[baremetal]\nfirewall_driver = iptables", reader -> {
                    reader.problem("firewall_driver", "only the Noop driver works here");
                    reader.problem("absent", "is needed with it");
                }))
                .containsExactly(
                        "nova.conf:2: [baremetal] firewall_driver: only the Noop driver works here",
                        "nova.conf: [baremetal] absent: is needed with it");
    }

    @Test
    void withoutAnyFileAMissingOptionIsToldTheSame() {
        ConfReader reader = NovaConf.builder().build().reader("baremetal");
        reader.string("a").required();

        assertThat(catchThrowableOfType(DriverException.class, reader::finish))
                .hasMessage("configuration: [baremetal] a: is missing");
    }

    @ParameterizedTest
    @CsvSource({
        "pwoer_poll_interval, power_poll_interval",
        "power-poll-interval, power_poll_interval",
        "STATE_PATH, state_path",
        "state_pth, state_path",
        "stat, ",
        "x, ",
        "completely_different, "
    })
    void theNearestNameIsTheOneMeant(String written, String meant) {
        assertThat(NearestName.of(written, List.of("power_poll_interval", "state_path", "driver"))
                        .orElse(null))
                .isEqualTo(meant);
    }

    private static List<String> problems(String content, Consumer<ConfReader> reading) {
        ConfReader reader = reader(content);
        reading.accept(reader);
        DriverException refused = catchThrowableOfType(DriverException.class, reader::finish);
        assertThat(refused.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        return String.valueOf(refused.getMessage()).lines().toList();
    }

    private static ConfReader reader(String content) {
        return conf(content).reader("baremetal");
    }

    private static NovaConf conf(String content) {
        return NovaConf.builder().text("nova.conf", content).build();
    }
}
