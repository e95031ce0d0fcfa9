package org.novametal.bmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BmcAddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ipmi://admin:s3cret@bmc",
                "ipmi://admin:s3cret@bmc_7",
                "ipmi://admin:s3cret@bmc:port",
                "ipmi://admin:s3cret@bmc-",
                "ipmi://admin:s3cret/x@bmc",
                "ipmi://admin:12/s3cret@bmc",
                "ipmi://admin/s3cret@bmc",
                "ipmi://admin#s3cret@bmc",
                "ipmi://admin?s3cret@bmc",
                "ipmi://admin:s3cret@",
                "ipmi:admin:s3cret@bmc",
                "admin:s3cret@bmc",
                "ipmi://admin:s3 cret@bmc",
                "redfish://admin:s3cret@bmc_7/redfish/v1/Systems/1",
                "redfish://a/redfish@s3cret/redfish/x@bmc"
            })
    void noMessageRepeatsAPassword(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BmcAddress.parse(text))
                .withMessageContaining("user or password")
                .withNoCause()
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("s3", "cret"));
    }

    @Test
    void anAtSignInThePathOfAResourceIsAccepted() {
        assertThat(BmcAddress.parse("redfish://bmc/redfish/v1/Systems/a@b"))
                .hasToString("redfish://bmc/redfish/v1/Systems/a@b");
    }

    @Test
    void anUnderscoreInAHostNameIsNamedAsTheReason() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BmcAddress.parse("ipmi://bmc_7"))
                .withMessageContaining("'ipmi://bmc_7'")
                .withMessageContaining("underscore");
    }

    @Test
    void aLongTextIsCutAndEscapedInTheMessage() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BmcAddress.parse("//\u3164" + "x".repeat(1_000_000)))
                .withMessageContaining("\\u3164xxx")
                .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(400));
    }

    @Test
    void theZoneOfAnIpv6AddressIsKeptInEitherSpelling() {
        BmcAddress address = BmcAddress.parse("ipmi://[FE80:0::1%25Eth0]:623");

        assertThat(address.host()).isEqualTo("fe80::1%Eth0");
        assertThat(address).hasToString("ipmi://[fe80::1%25Eth0]:623");
        assertThat(BmcAddress.parse("ipmi://[fe80::1%Eth0]:623")).isEqualTo(address);
        assertThat(BmcAddress.parse(address.toString())).isEqualTo(address);
        assertThat(address.withPort(-1)).hasToString("ipmi://[fe80::1%25Eth0]");
    }
}
