package org.novametal.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands for ports, without a host. */
class PortCommandTest {
    private static final String FIRST = "52:54:00:00:00:01";
    private static final String MORE = "52:54:00:00:70:01";

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void enrol() throws IOException {
        InventoryFixture.configuration(folder);
        InventoryFixture.enrol(folder, List.of(InventoryFixture.spec(1), InventoryFixture.spec(2)));
    }

    @Test
    void aPortIsCreatedWithAllItsFieldsAndTheOthersKeepTheirs() {
        String uuid = value("port", "show", FIRST, "-c", "uuid");

        assertThat(run(
                        "port",
                        "create",
                        "node-1",
                        "--mac",
                        MORE.toUpperCase(Locale.ROOT),
                        "--pxe",
                        "off",
                        "--name",
                        "back",
                        "--physical-network",
                        "storage",
                        "--vlan-id",
                        "40",
                        "--switch",
                        "00:1c:73:00:00:01",
                        "--switch-port",
                        "Ethernet1/1",
                        "--switch-info",
                        "leaf-1"))
                .as(err.toString())
                .isZero();

        assertThat(value("port", "list", "--node", "node-1", "-c", "mac", "-c", "pxe_enabled", "-c", "vlan_id")
                        .lines())
                .containsExactly(FIRST + " true -", MORE + " false 40");
        assertThat(value(
                        "port",
                        "show",
                        MORE,
                        "-c",
                        "name",
                        "-c",
                        "physical_network",
                        "-c",
                        "switch_id",
                        "-c",
                        "switch_port",
                        "-c",
                        "switch_info"))
                .isEqualTo("back storage 00:1c:73:00:00:01 Ethernet1/1 leaf-1");
        assertThat(value("port", "show", FIRST, "-c", "uuid")).isEqualTo(uuid);
        assertThat(value("port", "list", "--physical-network", "storage", "-c", "node"))
                .isEqualTo("node-1");
    }

    @Test
    void portsOfSeveralNodesAreSetTogetherAndNamedByMacOrUuid() {
        String uuid = value("port", "show", "52:54:00:00:00:02", "-c", "uuid");

        assertThat(run("port", "set", FIRST, uuid, "--vlan-id", "7"))
                .as(err.toString())
                .isZero();
        assertThat(value("port", "list", "-c", "vlan_id").lines()).containsExactly("7", "7");

        assertThat(run("port", "set", FIRST, "--unset", "vlan_id", "--mac", "52:54:00:00:00:99"))
                .as(err.toString())
                .isZero();
        assertThat(value("port", "list", "-c", "mac", "-c", "vlan_id").lines())
                .containsExactly("52:54:00:00:00:99 -", "52:54:00:00:00:02 7");
    }

    @Test
    void whatIsWrongIsSaidAndNothingChanges() {
        assertThat(run("port", "set", FIRST, "52:54:00:00:00:02", "--pxe", "off"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("node-1", "node-2", "has no port with pxe_enabled true");
        assertThat(run("port", "set", FIRST, "--vlan-id", "5000")).isEqualTo(2);
        assertThat(err.toString()).contains("is 5000; it must be 1 to 4094");
        assertThat(run("port", "set", FIRST, "--switch-info", "leaf-1")).isEqualTo(2);
        assertThat(err.toString()).contains("give --switch and --switch-port");
        assertThat(run("port", "set", FIRST, "--unset", "mac")).isEqualTo(2);
        assertThat(run("port", "set", FIRST)).isEqualTo(2);
        assertThat(run("port", "show", "52:54:00:00:00:77")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no port '52:54:00:00:00:77'");
        assertThat(run("port", "create", "node-1", "--mac", "52:54:00:00:00:02"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("52:54:00:00:00:02", "node-2");

        assertThat(value("port", "list", "-c", "pxe_enabled", "-c", "vlan_id").lines())
                .containsExactly("true -", "true -");
    }

    @Test
    void aPortIsDeletedUnlessItIsTheLastOneThatTheNodeBootsFrom() {
        assertThat(run("port", "create", "node-1", "--mac", MORE)).isZero();
        assertThat(run("port", "delete", FIRST, "--dry-run")).isZero();
        assertThat(value("port", "list", "--node", "node-1", "-c", "mac").lines())
                .hasSize(2);

        assertThat(run("port", "delete", FIRST)).isZero();
        assertThat(value("port", "list", "--node", "node-1", "-c", "mac")).isEqualTo(MORE);
        assertThat(run("port", "delete", MORE)).isEqualTo(2);
        assertThat(err.toString()).contains("give at least the MAC address of the port that the machine boots from");
    }

    private String value(String... arguments) {
        out.getBuffer().setLength(0);
        assertThat(run(Stream.concat(Stream.of(arguments), Stream.of("-f", "value"))
                        .toArray(String[]::new)))
                .as(err.toString())
                .isZero();
        return out.toString().strip();
    }

    private int run(String... arguments) {
        return NovaMetal.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(Stream.concat(
                                Stream.of(arguments),
                                Stream.of(
                                        "--config-file",
                                        folder.resolve("nova.conf").toString()))
                        .toArray(String[]::new));
    }
}
