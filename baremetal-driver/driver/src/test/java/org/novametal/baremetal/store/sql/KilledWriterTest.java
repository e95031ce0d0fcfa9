package org.novametal.baremetal.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.driver.model.InstanceId;

class KilledWriterTest {
    @TempDir
    Path folder;

    /** Another process: enrols a node and claims it, over and over, and says so once each is acknowledged. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) {
            try (Store store = StoreFixture.open(Path.of(arguments[0]))) {
                for (int number = 1; number < 65_536; number++) {
                    NodeRecord node = store.nodes().enrol(StoreFixture.spec(number));
                    InstanceOnNode instance = StoreFixture.instance("vm-" + number);
                    if (!store.nodes().claim(node.uuid(), instance)) {
                        throw new IllegalStateException("the claim of a new node was lost");
                    }
                    System.out.println(node.uuid() + " " + instance.id());
                }
            }
        }
    }

    @Test
    void acknowledgedWritesOfAnotherProcessSurviveItsKillingWhileWeReadAndWrite() throws Exception {
        record Acknowledged(UUID node, InstanceId instance) {}
        List<Acknowledged> acknowledged = new ArrayList<>();
        try (Store store = StoreFixture.open(folder)) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Writer.class.getName(),
                            folder.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader lines = process.inputReader()) {
                String line = lines.readLine();
                while (line != null) {
                    if (line.matches("[0-9a-f-]{36} [0-9a-f-]{36}")) {
                        acknowledged.add(new Acknowledged(
                                UUID.fromString(line.substring(0, 36)), InstanceId.of(line.substring(37))));
                        store.settings().save("seen", Integer.toString(acknowledged.size()));
                        assertThat(store.nodes().all()).hasSizeGreaterThanOrEqualTo(acknowledged.size());
                    }
                    if (acknowledged.size() == 20) {
                        process.toHandle().destroyForcibly(); // SIGKILL
                    }
                    line = lines.readLine();
                }
            } finally {
                process.destroyForcibly();
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(128 + 9);
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(20);
        try (Store store = StoreFixture.open(folder)) {
            for (Acknowledged one : acknowledged) {
                assertThat(store.nodes().find(one.node()))
                        .flatMap(NodeRecord::instance)
                        .map(InstanceOnNode::id)
                        .contains(one.instance());
            }
            assertThat(store.settings().find("seen")).contains(Integer.toString(acknowledged.size()));
        }
    }
}
