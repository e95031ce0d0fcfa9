package org.novametal.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTest {
    @ParameterizedTest
    @ValueSource(strings = {"--version", "bmc --version", "bmc power --version", "bmc console -V"})
    void eachCommandPrintsTheVersion(String arguments) {
        StringWriter out = new StringWriter();

        int code = NovaMetal.commandLine().setOut(new PrintWriter(out)).execute(arguments.split(" "));

        assertThat(code).isZero();
        assertThat(out.toString()).matches("nova-metal \\S.*\\R");
    }
}
