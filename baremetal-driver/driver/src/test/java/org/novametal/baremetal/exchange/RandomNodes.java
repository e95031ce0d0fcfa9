package org.novametal.baremetal.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.novametal.baremetal.inventory.BmcSettings;
import org.novametal.baremetal.inventory.JsonDocument;
import org.novametal.baremetal.inventory.LocalLink;
import org.novametal.baremetal.inventory.Location;
import org.novametal.baremetal.inventory.NodeNotes;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.inventory.Ownership;
import org.novametal.baremetal.inventory.PortGroup;
import org.novametal.baremetal.inventory.PortSpec;
import org.novametal.baremetal.inventory.RootDevice;
import org.novametal.baremetal.inventory.RootDevice.Hint;
import org.novametal.baremetal.inventory.SecureBoot;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcOptions.KeyExchange;
import org.novametal.bmc.BmcOptions.Privilege;
import org.novametal.bmc.BmcOptions.SessionPolicy;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.driver.model.NodeName;

/** Valid descriptions with random values, texts that formats treat specially among them. */
final class RandomNodes {
    private static final List<String> TEXTS = List.of(
            "yes",
            "No",
            "~",
            "null",
            "0123",
            "0x1F",
            "1_000",
            "12:30:45",
            "1e3",
            ".5",
            "- a",
            "a: b",
            "# c",
            "'q'",
            "\"q\"",
            "{a}",
            "[a]",
            "*a",
            "&a",
            "!a",
            "|",
            ">",
            "%a",
            "@a",
            "`a",
            "a #b",
            " a ",
            "=",
            "<<",
            "2026-11-30",
            "\u00fcn\u00ef",
            "\ud83d\ude00",
            "\u2028x",
            "\ufeffx",
            "a\\b",
            "\u00a0x",
            "---",
            "...",
            "? x",
            "true",
            "1.50",
            "a,b",
            "\u202ex");

    private final Random random;

    RandomNodes(long seed) {
        random = new Random(seed);
    }

    private String text() {
        return TEXTS.get(random.nextInt(TEXTS.size())) + (random.nextBoolean() ? "" : random.nextInt(1000));
    }

    private Optional<String> maybe() {
        return random.nextBoolean() ? Optional.of(text()) : Optional.empty();
    }

    private <E> E one(E[] values) {
        return values[random.nextInt(values.length)];
    }

    NodeSpec node(int number) {
        List<PortGroup> groups = IntStream.range(0, random.nextInt(3))
                .mapToObj(i -> new PortGroup(
                        text() + i,
                        Optional.of(new UUID(number, 100 + i)),
                        random.nextBoolean() ? Optional.of(mac(number, 100 + i)) : Optional.empty(),
                        one(PortGroup.MODES.toArray(String[]::new)),
                        document(),
                        one(PortGroup.StandalonePorts.values())))
                .toList();
        List<PortSpec> ports = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(4); i++) {
            ports.add(new PortSpec(
                    mac(number, i),
                    Optional.of(new UUID(number, i)),
                    maybe(),
                    i == 0 ? PortSpec.Pxe.ENABLED : one(PortSpec.Pxe.values()),
                    maybe(),
                    random.nextBoolean() ? OptionalInt.of(1 + random.nextInt(4094)) : OptionalInt.empty(),
                    random.nextBoolean() ? Optional.of(new LocalLink(text(), text(), maybe())) : Optional.empty(),
                    groups.isEmpty() || random.nextBoolean()
                            ? Optional.empty()
                            : Optional.of(
                                    groups.get(random.nextInt(groups.size())).name())));
        }
        NodeSpec.Builder spec = NodeSpec.builder(
                        new NodeName(text() + " node " + number),
                        BmcAddress.parse(
                                "redfish://[fd00::" + Integer.toHexString(number + 1) + "]:8443/redfish/v1/Systems/1"),
                        new BmcCredentials(text(), text(), maybe()))
                .uuid(new UUID(number, 99))
                .vcpus(1 + random.nextInt(1000))
                .memoryMb(1 + random.nextInt(Integer.MAX_VALUE))
                .localGb(1 + random.nextInt(10_000))
                .cpuArch(text())
                .traits(random.nextBoolean() ? Set.of() : Set.of("CUSTOM_A" + random.nextInt(9), "HW_CPU_X86_VMX"))
                .capabilities(
                        random.nextBoolean() ? Map.of() : Map.of("cpu_vt", text().replace(',', ' ') + "x", "0", "no"))
                .ports(ports)
                .portGroups(groups)
                .settings(settings())
                .notes(new NodeNotes(
                        new Ownership(maybe(), maybe()),
                        new Location(maybe(), maybe()),
                        maybe(),
                        maybe().map(text -> text + "\n\n  " + text() + "\t\n"),
                        document()));
        RootDevice device = RootDevice.ANY;
        for (Hint hint : Hint.values()) {
            if (random.nextInt(4) == 0) {
                device = device.with(
                        hint,
                        switch (hint) {
                            case SIZE -> ">= " + (1 + random.nextInt(900));
                            case ROTATIONAL -> "false";
                            default -> "<or> a b <or> " + random.nextInt(9);
                        });
            }
        }
        spec.rootDevice(device);
        if (random.nextBoolean()) {
            spec.resourceClass("baremetal." + random.nextInt(9));
        }
        if (random.nextBoolean()) {
            spec.consoleLog(random.nextBoolean() ? "sol" : "/var/log/" + text().replace("\0", ""));
        }
        return spec.build();
    }

    private static String mac(int number, int port) {
        return "52:54:%02x:%02x:%02x:%02x".formatted(number / 65_536, number / 256 % 256, number % 256, port);
    }

    private BmcSettings settings() {
        boolean uefi = random.nextBoolean();
        return new BmcSettings(
                random.nextBoolean() ? Optional.empty() : Optional.of(one(SessionPolicy.values())),
                random.nextBoolean() ? Optional.empty() : Optional.of(Privilege.ADMINISTRATOR),
                random.nextBoolean() ? Optional.empty() : Optional.of("ab".repeat(32)),
                maybe(),
                uefi ? BootFirmware.UEFI : one(BootFirmware.values()),
                one(KeyExchange.values()),
                uefi ? one(SecureBoot.values()) : SecureBoot.UNSPECIFIED);
    }

    JsonDocument document() {
        return random.nextInt(3) == 0 ? JsonDocument.EMPTY : new JsonDocument(object(3));
    }

    private String object(int depth) {
        Map<String, String> fields = new TreeMap<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            fields.put(quoted(text()), value(depth - 1));
        }
        List<String> all = new ArrayList<>();
        fields.forEach((key, value) -> all.add(key + ": " + value));
        return "{" + String.join(", ", all) + "}";
    }

    private String value(int depth) {
        return switch (random.nextInt(depth > 0 ? 12 : 10)) {
            case 0 -> "null";
            case 1 -> "true";
            case 2 -> "1.50";
            case 3 -> "-1E+400";
            case 4 -> "123456789012345678901234567890";
            case 5 -> Integer.toString(random.nextInt());
            case 6 -> "0.000001";
            case 7 -> "\"\\u0000\\u001b\\r\\n\\t\\u0085\\u007f\"";
            case 8 -> "\"\"";
            case 9 -> quoted(text());
            case 10 -> object(depth);
            default -> "[" + value(depth - 1) + ", " + value(depth - 1) + "]";
        };
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
