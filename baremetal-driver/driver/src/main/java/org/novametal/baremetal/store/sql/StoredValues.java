package org.novametal.baremetal.store.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.novametal.baremetal.inventory.RootDevice;
import org.novametal.baremetal.inventory.RootDevice.Hint;
import org.novametal.baremetal.inventory.SecureBoot;
import org.novametal.baremetal.operation.AdoptInput;
import org.novametal.baremetal.operation.DeleteInput;
import org.novametal.baremetal.operation.DeploySpec;
import org.novametal.baremetal.operation.OnFailure;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.RescueInput;
import org.novametal.bmc.BmcOptions.KeyExchange;
import org.novametal.bmc.BmcOptions.Privilege;
import org.novametal.bmc.BmcOptions.SessionPolicy;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.driver.model.InstanceOperation.Unused;
import org.novametal.driver.model.Network;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.PowerAfterSpawn;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.Secret;

/**
 * The stored form of types that define no stored form themselves: power states, error codes, and the JSON columns.
 *
 * <p>Readers throw {@link IllegalArgumentException} for values that they cannot read. An unknown JSON field is ignored: a
 * newer program may have written it.
 */
final class StoredValues {
    private static final Pattern MAC = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2})+");

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String TYPE = "type";
    private static final String NOTHING = "nothing";
    private static final String PARAMETERS = "parameters";
    private static final String DELETION = "deletion";
    private static final String IMAGE = "image";
    private static final String ADOPTION = "adoption";
    private static final String RESCUE = "rescue";

    private StoredValues() {}

    static String nameOf(PowerState power) {
        return switch (power) {
            case NOSTATE -> "unknown";
            case RUNNING -> "on";
            case PAUSED -> "paused";
            case SHUTDOWN -> "off";
            case CRASHED -> "crashed";
            case SUSPENDED -> "suspended";
        };
    }

    static Optional<PowerState> powerState(String name) {
        return find(PowerState.values(), StoredValues::nameOf, name);
    }

    static String nameOf(SessionPolicy policy) {
        return switch (policy) {
            case KEEP -> "keep";
            case CLOSE -> "close";
        };
    }

    static SessionPolicy sessionPolicy(String name) {
        return find(SessionPolicy.values(), StoredValues::nameOf, name)
                .orElseThrow(() -> new IllegalArgumentException("unknown session policy '" + name + "'"));
    }

    static String nameOf(Privilege privilege) {
        return switch (privilege) {
            case USER -> "user";
            case OPERATOR -> "operator";
            case ADMINISTRATOR -> "administrator";
        };
    }

    static Privilege privilege(String name) {
        return find(Privilege.values(), StoredValues::nameOf, name)
                .orElseThrow(() -> new IllegalArgumentException("unknown privilege '" + name + "'"));
    }

    /** Empty for the mode that the BMC has. */
    static Optional<String> nameOf(BootFirmware mode) {
        return switch (mode) {
            case BIOS -> Optional.of("bios");
            case UEFI -> Optional.of("uefi");
            case UNSPECIFIED -> Optional.empty();
        };
    }

    static BootFirmware bootMode(String name) {
        return find(BootFirmware.values(), mode -> nameOf(mode).orElse(""), name)
                .orElseThrow(() -> new IllegalArgumentException("unknown boot mode '" + name + "'"));
    }

    /** Empty for the default. */
    static Optional<String> nameOf(KeyExchange exchange) {
        return switch (exchange) {
            case FORWARD_SECRET -> Optional.empty();
            case RSA_ALLOWED -> Optional.of("rsa-allowed");
        };
    }

    static KeyExchange keyExchange(String name) {
        return find(KeyExchange.values(), exchange -> nameOf(exchange).orElse(""), name)
                .orElseThrow(() -> new IllegalArgumentException("unknown key exchange '" + name + "'"));
    }

    /** Empty when it is unknown. */
    static Optional<String> nameOf(SecureBoot secureBoot) {
        return switch (secureBoot) {
            case ON -> Optional.of("on");
            case OFF -> Optional.of("off");
            case UNSPECIFIED -> Optional.empty();
        };
    }

    static SecureBoot secureBoot(String name) {
        return find(SecureBoot.values(), value -> nameOf(value).orElse(""), name)
                .orElseThrow(() -> new IllegalArgumentException("unknown secure boot '" + name + "'"));
    }

    static String rootDevice(RootDevice device) {
        Map<String, String> hints = new TreeMap<>();
        device.hints().forEach((hint, text) -> hints.put(hint.key(), text));
        return memory(hints);
    }

    static RootDevice rootDevice(String json) {
        TreeMap<Hint, String> hints = new TreeMap<>();
        memory(json)
                .forEach((key, text) -> hints.put(
                        Hint.of(key).orElseThrow(() -> new IllegalArgumentException("unknown hint '" + key + "'")),
                        text));
        return new RootDevice(hints);
    }

    private static String nameOf(PowerAfterSpawn power) {
        return switch (power) {
            case ON -> "on";
            case OFF -> "off";
        };
    }

    private static <T> Optional<T> find(T[] values, Function<T, String> nameOf, String name) {
        return Arrays.stream(values)
                .filter(value -> nameOf.apply(value).equals(name))
                .findFirst();
    }

    static String mac(String text) {
        if (!MAC.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a hardware address");
        }
        return text;
    }

    static String traits(Set<String> traits) {
        return write(JSON.valueToTree(new TreeSet<>(traits)));
    }

    static Set<String> traits(String json) {
        return Set.copyOf(names(json));
    }

    static String names(List<String> names) {
        return write(JSON.valueToTree(names));
    }

    static List<String> names(String json) {
        // Most nodes have none; a list of 10,000 nodes is read in half the time without the parser.
        return json.equals("[]") ? List.of() : read(json, new TypeReference<List<String>>() {});
    }

    static Secret secrets(Map<String, Secret> secrets) {
        Map<String, String> revealed = new TreeMap<>();
        secrets.forEach((name, secret) -> revealed.put(name, secret.reveal()));
        return Secret.of(memory(revealed));
    }

    static Map<String, Secret> secrets(Secret json) {
        Map<String, Secret> secrets = new TreeMap<>();
        memory(json.reveal()).forEach((name, value) -> secrets.put(name, Secret.of(value)));
        return secrets;
    }

    static String input(OperationInput input) {
        ObjectNode node = JSON.createObjectNode();
        switch (input) {
            case OperationInput.Nothing() -> node.put(TYPE, NOTHING);
            case OperationInput.Parameters(Map<String, String> values) ->
                node.put(TYPE, PARAMETERS).set("values", JSON.valueToTree(new TreeMap<>(values)));
            case DeleteInput(String requestId) -> node.put(TYPE, DELETION).put("request_id", requestId);
            case DeploySpec spec -> write(spec, node.put(TYPE, IMAGE));
            case AdoptInput adoption -> {
                node.put(TYPE, ADOPTION).put("hostname", adoption.hostname());
                node.put("instance_name", adoption.instanceName()).put("image_id", adoption.imageId());
                node.set("networks", networks(adoption.networks()));
                node.put("request_id", adoption.requestId());
            }
            case RescueInput rescue -> {
                node.put(TYPE, RESCUE).put("hostname", rescue.hostname());
                node.set("networks", networks(rescue.networks()));
                node.put("request_id", rescue.requestId());
            }
        }
        return write(node);
    }

    static OperationInput input(String json) {
        JsonNode node = read(json, new TypeReference<JsonNode>() {});
        String type = text(node, TYPE);
        return switch (type) {
            case NOTHING -> OperationInput.NOTHING;
            case PARAMETERS ->
                new OperationInput.Parameters(
                        JSON.convertValue(node.path("values"), new TypeReference<Map<String, String>>() {}));
            case DELETION -> new DeleteInput(text(node, "request_id"));
            case IMAGE -> spec(node);
            case ADOPTION ->
                new AdoptInput(
                        text(node, "instance_name"),
                        text(node, "hostname"),
                        text(node, "image_id"),
                        networks(node),
                        text(node, "request_id"));
            case RESCUE -> new RescueInput(text(node, "hostname"), networks(node), text(node, "request_id"));
            default -> throw new IllegalArgumentException("unknown type of input '" + type + "'");
        };
    }

    static String memory(Map<String, String> memory) {
        return write(JSON.valueToTree(new TreeMap<>(memory)));
    }

    static Map<String, String> memory(String json) {
        return json.equals("{}") ? Map.of() : read(json, new TypeReference<Map<String, String>>() {});
    }

    private static void write(DeploySpec spec, ObjectNode node) {
        node.put("hostname", spec.hostname());
        node.put("image_id", spec.imageId());
        node.put("image_source", spec.imageSource().toString());
        spec.diskFormat().ifPresent(value -> node.put("disk_format", value));
        spec.hashAlgorithm().ifPresent(value -> node.put("hash_algorithm", value));
        spec.hashValue().ifPresent(value -> node.put("hash_value", value));
        spec.imageSizeBytes().ifPresent(value -> node.put("image_size_bytes", value));
        node.set("networks", networks(spec.networks()));
        node.put("power", nameOf(spec.power()));
        node.put("request_id", spec.requestId());
        if (spec.onFailure() != OnFailure.UNDO) {
            node.put("on_failure", spec.onFailure().persistedName());
        }
        if (!spec.unused().isEmpty()) {
            ArrayNode unused = node.putArray("unused");
            spec.unused().stream().map(StoredValues::nameOf).sorted().forEach(unused::add);
        }
    }

    private static ArrayNode networks(List<NetworkInterface> interfaces) {
        ArrayNode networks = JSON.createArrayNode();
        for (NetworkInterface network : interfaces) {
            ObjectNode one = networks.addObject();
            one.put("vif_id", network.vifId());
            network.mac().ifPresent(value -> one.put("mac", value));
            one.put("network", network.network().label());
            ArrayNode addresses = one.putArray("addresses");
            network.addresses().forEach(addresses::add);
        }
        return networks;
    }

    private static List<NetworkInterface> networks(JsonNode node) {
        List<NetworkInterface> networks = new ArrayList<>();
        for (JsonNode one : node.path("networks")) {
            NetworkInterface.Builder network =
                    NetworkInterface.builder(text(one, "vif_id")).network(Network.named(text(one, "network")));
            optionalText(one, "mac").ifPresent(network::mac);
            one.path("addresses").forEach(address -> network.address(address.asText()));
            networks.add(network.build());
        }
        return networks;
    }

    private static DeploySpec spec(JsonNode node) {
        JsonNode size = node.path("image_size_bytes");
        String power = text(node, "power");
        return new DeploySpec(
                text(node, "hostname"),
                text(node, "image_id"),
                URI.create(text(node, "image_source")),
                optionalText(node, "disk_format"),
                optionalText(node, "hash_algorithm"),
                optionalText(node, "hash_value"),
                size.isMissingNode() ? OptionalLong.empty() : OptionalLong.of(size.asLong()),
                networks(node),
                find(PowerAfterSpawn.values(), StoredValues::nameOf, power)
                        .orElseThrow(() -> new IllegalArgumentException("unknown power '" + power + "'")),
                text(node, "request_id"),
                unused(node),
                optionalText(node, "on_failure").map(StoredValues::onFailure).orElse(OnFailure.UNDO),
                // A secret, which is stored with the operation's secrets.
                Optional.empty());
    }

    private static OnFailure onFailure(String name) {
        return OnFailure.ofPersistedName(name)
                .orElseThrow(() -> new IllegalArgumentException("unknown treatment of a failure '" + name + "'"));
    }

    private static Set<Unused> unused(JsonNode node) {
        Set<Unused> unused = EnumSet.noneOf(Unused.class);
        // A value that only a newer program knows is left out, because these values are only shown to people.
        node.path("unused")
                .forEach(name -> find(Unused.values(), StoredValues::nameOf, name.asText())
                        .ifPresent(unused::add));
        return unused;
    }

    private static String nameOf(Unused unused) {
        return switch (unused) {
            case ADMIN_PASSWORD -> "admin-password";
        };
    }

    private static Optional<String> optionalText(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
    }

    private static String text(JsonNode node, String field) {
        return optionalText(node, field)
                .orElseThrow(() -> new IllegalArgumentException("the text field '" + field + "' is missing"));
    }

    private static String write(JsonNode node) {
        return node.toString();
    }

    private static <T> T read(String json, TypeReference<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("unexpected JSON: " + e.getOriginalMessage(), e);
        }
    }
}
