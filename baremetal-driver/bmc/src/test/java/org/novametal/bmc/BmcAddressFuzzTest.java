package org.novametal.bmc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text is parsed or refused, and parsing a printed address gives the same address. */
class BmcAddressFuzzTest {
    private static final int ROUNDS = 2_500;

    private static final List<byte[]> ADDRESSES = bytes(
            "ipmi://10.0.0.7:623",
            "ipmi://[fe80::1%eth0]:623",
            "IPMITOOL://bmc-7.example.org",
            "redfish+https://[2001:db8::7]:8443/redfish/v1/Systems/1",
            "redfish://bmc/redfish/v1/Systems/a%20b");

    private static final List<byte[]> WORDS =
            bytes("%", "%2f", "://", ":", "@", "[", "]", "/", "//", "?", "#", "-1", "é");

    @ParameterizedTest
    @MethodSource("org.novametal.bmc.Fuzz#seeds")
    void spoiltAddressesAreAddressesOrRefused(long seed) {
        AtomicInteger taken = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();

        Fuzz.run(seed, ROUNDS, new Mutator(ADDRESSES, WORDS), (input, _) -> {
            BmcAddress address;
            try {
                address = BmcAddress.parse(new String(input, StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                refused.incrementAndGet();
                return;
            }
            taken.incrementAndGet();
            assertThat(BmcAddress.parse(address.toString())).isEqualTo(address);
        });

        assertThat(taken).as("texts taken").hasPositiveValue();
        assertThat(refused).as("texts refused").hasPositiveValue();
    }

    @ParameterizedTest
    @CsvSource({
        "IPMI://BMC-7.Example.org, ipmi://bmc-7.example.org",
        "ipmi://[0:0:0:0:0:0:0:1]:9, ipmi://[::1]:9",
        "ipmi://[2001:DB8::7], ipmi://[2001:db8:0::7]",
        "redfish://bmc/, redfish://bmc"
    })
    void spellingsOfOneAddressAreEqual(String one, String other) {
        assertThat(BmcAddress.parse(one)).isEqualTo(BmcAddress.parse(other));
    }

    @Test
    void aPathKeepsWhatIsEscapedInIt() {
        BmcAddress address = BmcAddress.parse("redfish://bmc/redfish/v1/Systems/a%2fb");

        assertThat(address.path()).isEqualTo("/redfish/v1/Systems/a%2fb");
        assertThat(address).hasToString("redfish://bmc/redfish/v1/Systems/a%2fb");
    }

    private static List<byte[]> bytes(String... texts) {
        return Stream.of(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }
}
