package org.novametal.driver.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DriverExceptionTest {
    @Test
    void controlCharactersAreEscapedAndLineBreaksBetweenErrorsStay() {
        DriverException failure = new DriverException(
                ErrorCode.CONFIG_INVALID,
                "a $1 \\ \u001b[2J\u009b\u202e\r\t\ud800 " + Character.toString(0xE0041) + "\nb");

        assertThat(failure).hasMessage("a $1 \\ \\u001b[2J\\u009b\\u202e\\u000d\\u0009\\ud800 \\udb40\\udc41\nb");
    }
}
