package org.novametal.bmc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.text.ForeignText;

class BmcExceptionTest {
    @Test
    void whatABmcSaysIsEscapedInMessageAndCause() {
        BmcException failure = new BmcException(
                Reason.PROTOCOL,
                "BMC x: it said '\u001b[2J\u009b31m\u202e\n02:00 ERROR forged'",
                new IOException("status line \u001b]0;pwned\u0007"));

        assertThat(failure).hasMessage("BMC x: it said '\\u001b[2J\\u009b31m\\u202e\\n02:00 ERROR forged'");
        assertThat(failure.getCause()).hasToString("java.io.IOException: status line \\u001b]0;pwned\\u0007");
    }

    @Test
    void aMessageHasALimit() {
        assertThat(new BmcException(Reason.REJECTED, "x".repeat(1_000_000)).getMessage())
                .hasSizeLessThanOrEqualTo(ForeignText.MAX_MESSAGE_LENGTH);
    }

    @Test
    void aDescriptionOfADeviceIsEscapedAndHasALimit() {
        DeviceDescription device = new DeviceDescription("\u001b[31mVendor", "\u202e1", "v".repeat(100_000));

        assertThat(device.manufacturer()).isEqualTo("\\u001b[31mVendor");
        assertThat(device.product()).isEqualTo("\\u202e1");
        assertThat(device.firmware()).hasSizeLessThanOrEqualTo(ForeignText.MAX_LENGTH);
    }
}
