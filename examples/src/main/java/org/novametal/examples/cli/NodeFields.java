package org.novametal.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.novametal.text.ForeignText;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options that describe a node. Each is a field of a node in an inventory document; the library checks the values.
 */
final class NodeFields {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final String TRAITS = "traits";
    private static final String PORTS = "ports";

    /** How an option's value becomes a field. */
    private enum Kind {
        /** A text or number. */
        TEXT,
        /** The first line of the file that {@code @FILE} names. */
        SECRET,
        /** {@code on} or {@code off}: a boolean. */
        SWITCH,
        /** JSON. */
        JSON,
        /** A repeated option: a list of texts. */
        LIST,
        /** A repeated option: the MACs of ports. */
        MACS,
        /** A repeated option with {@code KEY=VALUE}: an object. */
        ENTRIES
    }

    /**
     * An option.
     *
     * @param name its name
     * @param label the placeholder of its value
     * @param path the field; after a dot the field in it
     */
    private record Field(String name, String label, String path, Kind kind, String help) {}

    private static final List<Field> FIELDS = List.of(
            new Field("--bmc", "URL", "bmc.address", Kind.TEXT, "the BMC's address, such as ipmi://10.0.0.7"),
            new Field("--user", "U", "bmc.username", Kind.TEXT, "the BMC's user"),
            new Field("--password", "@FILE", "bmc.password", Kind.SECRET, "the file with that user's password"),
            new Field("--key", "@FILE", "bmc.key", Kind.SECRET, "the file with the BMC's own key, IPMI's K_g"),
            new Field("--session-policy", "keep|close", "bmc.session_policy", Kind.TEXT, "when sessions are closed"),
            new Field(
                    "--privilege",
                    "user|operator|administrator",
                    "bmc.privilege",
                    Kind.TEXT,
                    "the privilege level of the login"),
            new Field(
                    "--certificate",
                    "SHA256",
                    "bmc.certificate",
                    Kind.TEXT,
                    "the fingerprint of the BMC's certificate"),
            new Field(
                    "--key-exchange",
                    "forward-secret|rsa-allowed",
                    "bmc.key_exchange",
                    Kind.TEXT,
                    "how TLS with the BMC may agree on its keys"),
            new Field("--mac", "MAC", PORTS, Kind.MACS, "a network port; can be repeated"),
            new Field("--cpus", "N", "cpus", Kind.TEXT, "processors"),
            new Field("--memory-mb", "MIB", "memory_mb", Kind.TEXT, "memory in MiB"),
            new Field("--local-gb", "GIB", "local_gb", Kind.TEXT, "disk in GiB"),
            new Field("--cpu-arch", "ARCH", "cpu_arch", Kind.TEXT, "the processors' architecture"),
            new Field("--resource-class", "CLASS", "resource_class", Kind.TEXT, "the resource class"),
            new Field("--trait", "TRAIT", TRAITS, Kind.LIST, "a trait; can be repeated"),
            new Field("--capability", "KEY=VALUE", "capabilities", Kind.ENTRIES, "a capability; can be repeated"),
            new Field("--boot-mode", "bios|uefi", "boot_mode", Kind.TEXT, "the mode that the machine boots in"),
            new Field("--secure-boot", "on|off", "secure_boot", Kind.SWITCH, "secure boot, which is only recorded"),
            new Field(
                    "--root-device",
                    "HINT=VALUE",
                    "root_device",
                    Kind.ENTRIES,
                    "a hint for the disk that images are written to; can be repeated"),
            new Field(
                    "--power-group",
                    "NAME",
                    "power_group",
                    Kind.TEXT,
                    "the machines that must not be switched on all at once"),
            new Field("--console-log", "sol|FILE", "console_log", Kind.TEXT, "the source of the console output"),
            new Field("--owner", "PROJECT", "owner", Kind.TEXT, "the project that owns the node"),
            new Field("--lessee", "PROJECT", "lessee", Kind.TEXT, "the project that uses the node"),
            new Field("--shard", "NAME", "shard", Kind.TEXT, "the part of the inventory that the node belongs to"),
            new Field("--rack", "NAME", "rack", Kind.TEXT, "the rack in which the machine is"),
            new Field("--position", "NAME", "position", Kind.TEXT, "the machine's position in the rack"),
            new Field("--description", "TEXT", "description", Kind.TEXT, "a text for people"),
            new Field("--extra", "JSON", "extra", Kind.JSON, "further data, a JSON object"));

    private final ParseResult parsed;
    private final Secrets secrets;
    private final List<String> faults = new ArrayList<>();

    /**
     * The options as given.
     *
     * @param parsed the command's arguments
     * @param secrets reads the files of secrets
     */
    NodeFields(ParseResult parsed, Secrets secrets) {
        this.parsed = parsed;
        this.secrets = secrets;
    }

    /** Adds the options to a command, in place of its options with the same names. */
    static void addTo(CommandSpec command) {
        for (Field field : FIELDS) {
            Optional.ofNullable(command.findOption(field.name())).ifPresent(command::remove);
            OptionSpec.Builder option =
                    OptionSpec.builder(field.name()).paramLabel(field.label()).description(field.help());
            command.addOption(
                    switch (field.kind()) {
                        case TEXT, SECRET, SWITCH, JSON ->
                            option.type(String.class).build();
                        case LIST, MACS ->
                            option.type(List.class).auxiliaryTypes(String.class).build();
                        case ENTRIES ->
                            option.type(Map.class)
                                    .auxiliaryTypes(String.class, String.class)
                                    .build();
                    });
        }
    }

    /** What is wrong with the options themselves. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    /** Whether an option is given. */
    boolean isGiven() {
        return FIELDS.stream().anyMatch(field -> parsed.hasMatchedOption(field.name()));
    }

    /**
     * Puts the given fields into an object. Given capabilities and hints join those that a node has, given traits and MACs
     * replace them; ports whose MACs stay keep their other values.
     *
     * @param current the node's fields; empty for a new node
     */
    void putInto(ObjectNode object, ObjectNode current) {
        for (Field field : FIELDS) {
            if (parsed.hasMatchedOption(field.name())) {
                String[] path = field.path().split("\\.", 2);
                ObjectNode parent = path.length == 1 ? object : object.withObjectProperty(path[0]);
                parent.set(path[path.length - 1], value(field, current));
            }
        }
    }

    private JsonNode value(Field field, ObjectNode current) {
        return switch (field.kind()) {
            case TEXT -> JSON.getNodeFactory().textNode(text(field));
            case SECRET -> JSON.getNodeFactory().textNode(secret(field));
            case SWITCH ->
                switch (text(field)) {
                    case "on" -> JSON.getNodeFactory().booleanNode(true);
                    case "off" -> JSON.getNodeFactory().booleanNode(false);
                    default -> {
                        faults.add(field.name() + " '" + text(field) + "' is neither on nor off");
                        yield JSON.nullNode();
                    }
                };
            case JSON -> {
                try {
                    yield JSON.readTree(text(field));
                } catch (JsonProcessingException e) {
                    faults.add(field.name() + " is not JSON: " + ForeignText.line(e.getOriginalMessage()));
                    yield JSON.nullNode();
                }
            }
            case LIST -> {
                ArrayNode list = JSON.createArrayNode();
                texts(field).forEach(list::add);
                yield list;
            }
            case MACS -> {
                ArrayNode ports = JSON.createArrayNode();
                texts(field).forEach(mac -> ports.add(port(mac, current)));
                yield ports;
            }
            case ENTRIES -> {
                ObjectNode entries = current.path(field.path()) instanceof ObjectNode known
                        ? known.deepCopy()
                        : JSON.createObjectNode();
                Map<String, String> given = parsed.matchedOptionValue(field.name(), Map.of());
                given.forEach(entries::put);
                yield entries;
            }
        };
    }

    private static JsonNode port(String mac, ObjectNode current) {
        for (JsonNode port : current.path(PORTS)) {
            if (port.path("mac").asText().equalsIgnoreCase(mac)) {
                return port;
            }
        }
        return JSON.createObjectNode().put("mac", mac);
    }

    private String secret(Field field) {
        try {
            return secrets.read(field.name(), text(field));
        } catch (WrongUsage e) {
            faults.add(e.getMessage());
            return "?";
        }
    }

    private String text(Field field) {
        return Optional.ofNullable(parsed.<String>matchedOptionValue(field.name(), ""))
                .orElse("");
    }

    private List<String> texts(Field field) {
        return parsed.matchedOptionValue(field.name(), List.of());
    }
}
