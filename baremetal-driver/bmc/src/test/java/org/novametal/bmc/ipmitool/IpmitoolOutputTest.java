package org.novametal.bmc.ipmitool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmitool.IpmitoolOutput.Meaning;

/** Lines printed by ipmitool 1.8.19, with {@code -v}, when used with ipmi_sim of OpenIPMI 2.0.33. */
class IpmitoolOutputTest {
    private static final String NO_SESSION = "Error: Unable to establish IPMI v2 / RMCP+ session\n";

    @Test
    void bytesAreAnAnswer() {
        assertThat(IpmitoolOutput.read(0, 9, 0, " 01 05 00 04 00 00 00\n", "Get HPM.x Capabilities request failed\n"))
                .isEqualTo(new Meaning.Answer(0, Bytes.fromHex("01050004000000")));
        String guid = " a1 23 45 67 89 ab cd ef a1 23 45 67 89 ab cd ef\n";
        assertThat(IpmitoolOutput.read(6, 0x37, 0, guid, ""))
                .isEqualTo(new Meaning.Answer(0, Bytes.fromHex("a123456789abcdefa123456789abcdef")));
        assertThat(IpmitoolOutput.read(6, 0x37, 0, guid + " 01\n", ""))
                .isEqualTo(new Meaning.Answer(0, Bytes.fromHex("a123456789abcdefa123456789abcdef01")));
    }

    @Test
    void anEmptyLineIsAnAnswerWithoutData() {
        assertThat(IpmitoolOutput.read(0, 2, 0, "\n", "")).isEqualTo(new Meaning.Answer(0, Bytes.EMPTY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Chassis Power is on\n", "01 02\n", " 1\n", " 01 0g\n", " 01", "x 01\n", " 01\nmore\n"})
    void anythingElseOnStandardOutputIsNone(String output) {
        assertThat(IpmitoolOutput.read(0, 1, 0, output, ""))
                .isInstanceOfSatisfying(
                        Meaning.Failure.class,
                        failure -> assertThat(failure.why()).isEqualTo(Reason.PROTOCOL));
    }

    @Test
    void aCompletionCodeIsAnAnswer() {
        String line =
                "Unable to send RAW command (channel=0x0 netfn=0x3c lun=0x0 cmd=0x1 rsp=0xd4): Insufficient privilege level";
        assertThat(IpmitoolOutput.read(0x3c, 1, 1, "", "Get HPM.x Capabilities request failed, compcode = d4\n" + line))
                .isEqualTo(new Meaning.Answer(0xd4, Bytes.EMPTY));
        assertThat(reasonOf("Unable to send RAW command (channel=0x0 netfn=0x0 lun=0x0 cmd=0x1)\n"))
                .isEqualTo(Reason.UNREACHABLE);
        assertThat(reasonOf(line)).as("of another command").isEqualTo(Reason.PROTOCOL);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "> RAKP 2 HMAC is invalid | WRONG_PASSWORD",
                "> RAKP 4 message has invalid integrity check value | WRONG_KEY",
                "RAKP 2 message indicates an error : unauthorized name | UNKNOWN_USER",
                "RAKP 2 message indicates an error : unauthorized role requested | PRIVILEGE_TOO_LOW",
                "RAKP 4 message indicates an error : invalid integrity check value | WRONG_PASSWORD",
                "RAKP 2 message indicates an error : something new | PROTOCOL",
                "Error in open session response message : insufficient resources for session | NO_FREE_SESSION",
                "Error in open session response message : invalid authentication algorithm | UNSUPPORTED_CIPHER",
                "Error in open session response message : no matching cipher suite | UNSUPPORTED_CIPHER",
                "Invalid user name | UNKNOWN_USER",
                "Activate Session command failed | WRONG_PASSWORD",
                "Address lookup for no-such-host.invalid failed | UNREACHABLE",
                "Get Auth Capabilities error | UNREACHABLE",
                "> Error: no response from RAKP 1 message | UNREACHABLE",
                "Set Session Privilege Level to Administrator failed: Unknown (0x81) | PRIVILEGE_TOO_LOW"
            })
    void aLineThatIsKnownHasItsReason(String line, Reason reason) {
        assertThat(reasonOf("Loading IANA PEN Registry...\n" + line + "\n" + NO_SESSION))
                .isEqualTo(reason);
    }

    @Test
    void linesThatOnlyResembleAKnownOneAreNotKnown() {
        assertThat(reasonOf("see: Invalid user name\n")).isEqualTo(Reason.PROTOCOL);
        assertThat(reasonOf("Segmentation fault\n")).isEqualTo(Reason.PROTOCOL);
        assertThat(reasonOf("")).isEqualTo(Reason.PROTOCOL);
    }

    private static Reason reasonOf(String errors) {
        Meaning meaning = IpmitoolOutput.read(0, 1, 1, "", errors);
        assertThat(meaning).isInstanceOf(Meaning.Failure.class);
        return ((Meaning.Failure) meaning).why();
    }
}
