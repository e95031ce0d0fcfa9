package org.novametal.baremetal.step.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.novametal.baremetal.inventory.FoundHardware;
import org.novametal.bmc.DeviceDescription;
import org.novametal.text.ForeignText;

/**
 * What an agent says of its machine's hardware. The agent is not trusted: texts are made safe to show, and there are limits of
 * size.
 *
 * <p>Source: Ironic Python Agent {@code ironic_python_agent/hardware.py#list_hardware_info}.
 */
final class HardwareDocument {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern MAC = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");
    private static final Pattern ARCHITECTURE = Pattern.compile("[A-Za-z0-9_.-]{1,32}");
    private static final int MAX_DEPTH = 8;
    private static final int MAX_VALUES = 5000;
    private static final int MAX_INTERFACES = 64;
    private static final long BYTES_PER_GIB = 1L << 30;

    /** The agent writes images to no smaller disk unless it is told to. */
    private static final long SMALLEST_ROOT_DISK_BYTES = 4 * BYTES_PER_GIB;

    private int values;

    private HardwareDocument() {}

    /**
     * The hardware in an agent's answer; empty when the answer lacks processors, memory or a disk, or has impossible ones.
     *
     * @param answer the agent's answer
     * @param bmc what the machine's BMC says of itself, for the document
     */
    static Optional<FoundHardware> of(JsonNode answer, Optional<DeviceDescription> bmc) {
        OptionalLong cpus = within(answer.path("cpu").path("count"), 1, 1_000_000);
        OptionalLong memoryMb = within(answer.path("memory").path("physical_mb"), 1, Integer.MAX_VALUE);
        OptionalLong disk = rootDiskBytes(answer.path("disks"));
        String architecture = answer.path("cpu").path("architecture").asText();
        if (cpus.isEmpty()
                || memoryMb.isEmpty()
                || disk.isEmpty()
                || !ARCHITECTURE.matcher(architecture).matches()) {
            return Optional.empty();
        }
        JsonNode safe = new HardwareDocument().safe(answer, 0);
        if (safe instanceof ObjectNode document) {
            bmc.ifPresent(device -> document.putObject("bmc")
                    .put("manufacturer", device.manufacturer())
                    .put("product", device.product())
                    .put("firmware", device.firmware()));
        }
        return Optional.of(new FoundHardware(
                (int) cpus.getAsLong(),
                (int) memoryMb.getAsLong(),
                Math.clamp(disk.getAsLong() / BYTES_PER_GIB, 1, Integer.MAX_VALUE),
                architecture,
                macs(answer.path("interfaces")),
                safe.toString()));
    }

    private static OptionalLong within(JsonNode number, long least, long most) {
        return number.canConvertToLong() && number.asLong() >= least && number.asLong() <= most
                ? OptionalLong.of(number.asLong())
                : OptionalLong.empty();
    }

    /** The size of the disk that the agent writes: the smallest that is large enough, else the largest. */
    private static OptionalLong rootDiskBytes(JsonNode disks) {
        List<Long> sizes = new ArrayList<>();
        for (JsonNode disk : disks) {
            within(disk.path("size"), 1, Long.MAX_VALUE).ifPresent(sizes::add);
        }
        sizes.sort(null);
        return sizes.stream()
                .filter(size -> size >= SMALLEST_ROOT_DISK_BYTES)
                .findFirst()
                .or(() -> sizes.isEmpty() ? Optional.empty() : Optional.of(sizes.getLast()))
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    private static List<String> macs(JsonNode interfaces) {
        List<String> macs = new ArrayList<>();
        for (JsonNode one : interfaces) {
            String mac = one.path("mac_address").asText().toLowerCase(Locale.ROOT);
            if (MAC.matcher(mac).matches() && !macs.contains(mac) && macs.size() < MAX_INTERFACES) {
                macs.add(mac);
            }
        }
        return macs;
    }

    /** A copy with safe texts; what lies beyond the limits of depth and number is left out. */
    private JsonNode safe(JsonNode node, int depth) {
        values++;
        if (node.isTextual()) {
            return JSON.textNode(ForeignText.line(node.textValue()));
        }
        if (node.isObject()) {
            ObjectNode copy = JSON.objectNode();
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                if (depth < MAX_DEPTH && values < MAX_VALUES) {
                    copy.set(ForeignText.line(field.getKey()), safe(field.getValue(), depth + 1));
                }
            }
            return copy;
        }
        if (node.isArray()) {
            ArrayNode copy = JSON.arrayNode();
            for (JsonNode element : node) {
                if (depth < MAX_DEPTH && values < MAX_VALUES) {
                    copy.add(safe(element, depth + 1));
                }
            }
            return copy;
        }
        return node;
    }
}
