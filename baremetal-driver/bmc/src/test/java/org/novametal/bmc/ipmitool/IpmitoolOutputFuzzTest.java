package org.novametal.bmc.ipmitool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.Fuzz;
import org.novametal.bmc.Mutator;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmitool.IpmitoolOutput.Meaning;

/** Any output of a program that runs in place of ipmitool is interpreted without an exception. */
class IpmitoolOutputFuzzTest {
    private static final int ROUNDS = 5_000;

    private static final List<byte[]> PRINTED = bytes(
            " 01 05 00 04 00 00 00\n",
            "\n",
            " a1 23 45 67 89 ab cd ef a1 23 45 67 89 ab cd ef\n 01\n",
            "Unable to send RAW command (channel=0x0 netfn=0x3c lun=0x0 cmd=0x1 rsp=0xd4): Insufficient privilege level\n",
            "Unable to send RAW command (channel=0x0 netfn=0x3c lun=0x0 cmd=0x1)\n",
            "Get HPM.x Capabilities request failed, compcode = d4\n",
            "RAKP 2 message indicates an error : unauthorized name\nError: Unable to establish IPMI v2 / RMCP+ session\n",
            "Error in open session response message : insufficient resources for session\n",
            "> RAKP 2 HMAC is invalid\n",
            "Set Session Privilege Level to Administrator failed: Unknown (0x81)\n");

    private static final List<byte[]> WORDS = bytes("ffffffffff", " 00", "\n", "\r", "0x", " : ", "\t");

    @ParameterizedTest
    @MethodSource("org.novametal.bmc.Fuzz#seeds")
    void spoiltOutputHasAMeaning(long seed) {
        Fuzz.run(seed, ROUNDS, new Mutator(PRINTED, WORDS), (input, random) -> {
            String text = new String(input, StandardCharsets.UTF_8);

            Meaning ended = IpmitoolOutput.read(0x3c, 1, 0, text, "");
            Meaning failed = IpmitoolOutput.read(0x3c, 1, 1 + random.nextInt(255), "", text);

            if (ended instanceof Meaning.Answer answer) {
                assertThat(answer.completionCode()).isZero();
                assertThat(answer.data()).isEqualTo(Bytes.fromHex(text.replaceAll("[ \n]", "")));
            }
            if (failed instanceof Meaning.Answer answer) {
                assertThat(answer.completionCode()).isBetween(0, 0xff);
                assertThat(answer.data()).isEqualTo(Bytes.EMPTY);
            }
        });
    }

    @Test
    void aNumberOfAnyLengthIsNoCommandOfOurs() {
        String line = "Unable to send RAW command (channel=0x0 netfn=0xffffffffffff lun=0x0 cmd=0xffffffffffff)";

        assertThat(IpmitoolOutput.read(0x3c, 1, 1, "", line))
                .isInstanceOfSatisfying(
                        Meaning.Failure.class,
                        failure -> assertThat(failure.why()).isEqualTo(Reason.PROTOCOL));
    }

    @Test
    void anOutputOfManyLinesHasAMeaning() {
        assertThat(IpmitoolOutput.read(0, 1, 0, "\n".repeat(1 << 16), ""))
                .isEqualTo(new Meaning.Answer(0, Bytes.EMPTY));
        assertThat(IpmitoolOutput.read(0, 1, 0, " 01 02\n".repeat(10_000), "")).isInstanceOf(Meaning.Answer.class);
    }

    private static List<byte[]> bytes(String... texts) {
        return Stream.of(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }
}
