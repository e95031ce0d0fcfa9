package org.novametal.baremetal.step.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.novametal.baremetal.inventory.FoundHardware;
import org.novametal.bmc.DeviceDescription;

class HardwareDocumentTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Recorded from the real agent 13.0.0. */
    @Test
    void theRealAgentsAnswerIsRead() throws Exception {
        JsonNode recorded;
        try (InputStream stream =
                HardwareDocumentTest.class.getResourceAsStream("/ipa-wire/2-info-07-poll-get_hardware_info.json")) {
            recorded = JSON.readTree(stream);
        }

        FoundHardware found = HardwareDocument.of(
                        recorded.path("response").path("body").path("command_result"),
                        Optional.of(new DeviceDescription("Dell", "iDRAC", "7.1")))
                .orElseThrow();

        assertThat(found.vcpus()).isEqualTo(2);
        assertThat(found.memoryMb()).isEqualTo(2048);
        assertThat(found.localGb()).isEqualTo(5);
        assertThat(found.cpuArch()).isEqualTo("x86_64");
        assertThat(found.macs()).containsExactly("52:54:00:00:78:01");
        assertThat(found.document()).contains("LABDISK1").contains("iDRAC").contains("SeaBIOS");
    }

    @Test
    void textsAreMadeSafeAndTheDocumentHasALimit() throws Exception {
        StringBuilder many = new StringBuilder("[0");
        for (int i = 0; i < 20_000; i++) {
            many.append(",\"x\"");
        }
        String deep = "{\"a\":".repeat(100) + "1" + "}".repeat(100);
        JsonNode answer = JSON.readTree("""
                {"cpu": {"count": 4, "architecture": "x86_64"}, "memory": {"physical_mb": 1},
                 "disks": [{"size": 100, "model": "evil \\u001b[2J"}], "many": %s], "deep": %s}
                """.formatted(many, deep));

        FoundHardware found = HardwareDocument.of(answer, Optional.empty()).orElseThrow();

        assertThat(found.localGb()).isEqualTo(1);
        assertThat(found.document()).hasSizeLessThan(60_000);
        assertThat(JSON.readTree(found.document())
                        .path("disks")
                        .get(0)
                        .path("model")
                        .textValue())
                .doesNotContain("\u001b");
    }

    @Test
    void anAnswerWithoutProcessorsMemoryOrDisksIsNone() throws Exception {
        for (String answer : new String[] {
            "null",
            "[]",
            "{}",
            "{\"cpu\": {\"count\": 0, \"architecture\": \"x86_64\"}, \"memory\": {\"physical_mb\": 1}, \"disks\": [{\"size\": 1}]}",
            "{\"cpu\": {\"count\": 1, \"architecture\": \"a b\"}, \"memory\": {\"physical_mb\": 1}, \"disks\": [{\"size\": 1}]}",
            "{\"cpu\": {\"count\": 1, \"architecture\": \"arm\"}, \"memory\": {\"physical_mb\": 99999999999}, \"disks\": [{\"size\": 1}]}",
            "{\"cpu\": {\"count\": 1, \"architecture\": \"arm\"}, \"memory\": {\"physical_mb\": 1}, \"disks\": []}"
        }) {
            assertThat(HardwareDocument.of(JSON.readTree(answer), Optional.empty()))
                    .as(answer)
                    .isEmpty();
        }
    }

    @Test
    void theDiskIsTheSmallestThatIsLargeEnough() throws Exception {
        JsonNode answer = JSON.readTree("""
                {"cpu": {"count": 1, "architecture": "x86_64"}, "memory": {"physical_mb": 1},
                 "disks": [{"size": 1000000000000}, {"size": 2000000000}, {"size": 500000000000}]}""");

        assertThat(HardwareDocument.of(answer, Optional.empty()).orElseThrow().localGb())
                .isEqualTo(465);
    }
}
