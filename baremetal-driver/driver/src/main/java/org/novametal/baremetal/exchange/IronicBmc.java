package org.novametal.baremetal.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.novametal.baremetal.exchange.Finding.Kind;

/** Converts a node's {@code driver} and {@code driver_info} to the object {@code bmc}, and takes out what it used. */
final class IronicBmc {
    private static final String MASK = "******";

    /** Hardware types, and drivers of Ironic before hardware types, whose BMC speaks IPMI. */
    private static final Set<String> IPMI = Set.of(
            "ipmi", "intel-ipmi", "agent_ipmitool", "pxe_ipmitool", "agent_ipmitool_socat", "pxe_ipmitool_socat");

    private static final Set<String> REDFISH = Set.of("redfish", "idrac");

    /** K_g, as hexadecimal digits: at most 20 bytes. */
    private static final Pattern HEX_KEY = Pattern.compile("([0-9A-Fa-f]{2}){1,20}");

    private static final int HEX_KEY_LENGTH = 40;

    private final String label;
    private final ObjectNode info;
    private final ObjectNode bmc;
    private final List<Finding> findings;

    private IronicBmc(String label, ObjectNode info, ObjectNode bmc, List<Finding> findings) {
        this.label = label;
        this.info = info;
        this.bmc = bmc;
        this.findings = findings;
    }

    static void convert(String label, ObjectNode node, ObjectNode bmc, List<Finding> findings) {
        String driver = IronicReader.text(node.path("driver")).orElse("");
        JsonNode info = node.path("driver_info");
        if (driver.isEmpty() || !(info instanceof ObjectNode object)) {
            findings.add(new Finding(
                    Kind.FAULT, label, "driver_info", "is not in the export; use `node list --long` or `node show`"));
            return;
        }
        node.remove("driver");
        if (object.has("content") && object.size() == 1) {
            findings.add(new Finding(
                    Kind.FAULT, label, "driver_info", "was withheld by Ironic's policy; export as an administrator"));
            return;
        }
        IronicBmc conversion = new IronicBmc(label, object, bmc, findings);
        if (IPMI.contains(driver)) {
            conversion.ipmi();
        } else if (REDFISH.contains(driver)) {
            conversion.redfish();
        } else {
            conversion.find(
                    Kind.FAULT,
                    "driver",
                    "is '" + driver
                            + "', which has no equal here; leave the node out, or give it a BMC that speaks IPMI or"
                            + " Redfish");
        }
    }

    private void find(Kind kind, String field, String message) {
        findings.add(new Finding(kind, label, field, message));
    }

    private Optional<String> take(String field) {
        JsonNode value = info.remove(field);
        return value == null ? Optional.empty() : IronicReader.text(value);
    }

    private void login(String userField, String passwordField) {
        take(userField)
                .ifPresentOrElse(
                        user -> bmc.put("username", user),
                        () -> find(Kind.MISSING, "bmc.username", "is not in the export (" + userField + ")"));
        Optional<String> password = take(passwordField);
        if (password.isEmpty()) {
            find(Kind.MISSING, "bmc.password", "is not in the export (" + passwordField + ")");
        } else if (password.get().equals(MASK)) {
            find(Kind.MISSING, "bmc.password", "is masked in the export (" + passwordField + ")");
        } else {
            bmc.put(NodeJson.PASSWORD, password.get());
        }
    }

    private static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    private void ipmi() {
        Optional<String> protocol = take("ipmi_protocol_version");
        String scheme = protocol.filter("1.5"::equals).isPresent() ? "ipmitool+lan" : "ipmi";
        Optional<String> port = take("ipmi_port");
        take("ipmi_address")
                .ifPresent(host -> bmc.put(
                        "address",
                        scheme + "://" + bracketed(host)
                                + port.map(number -> ":" + number).orElse("")));
        login("ipmi_username", "ipmi_password");
        // Ironic logs in as administrator where nothing is said.
        bmc.put("privilege", take("ipmi_priv_level").orElse("administrator").toLowerCase(Locale.ROOT));
        take("ipmi_hex_kg_key").ifPresent(key -> {
            if (HEX_KEY.matcher(key).matches()) {
                bmc.put(NodeJson.KEY, "0x" + key + "0".repeat(HEX_KEY_LENGTH - key.length()));
            } else if (key.equals(MASK)) {
                find(Kind.MISSING, "bmc.key", "is masked in the export (ipmi_hex_kg_key)");
            } else {
                find(Kind.FAULT, "bmc.key", "is not 2 to 40 hexadecimal digits (ipmi_hex_kg_key)");
            }
        });
        take("ipmi_bridging")
                .filter(bridging -> !bridging.equals("no"))
                .ifPresent(bridging -> find(
                        Kind.FAULT,
                        "driver_info.ipmi_bridging",
                        "is '" + bridging + "'; a BMC behind another one cannot be reached"));
    }

    private void redfish() {
        String system = take("redfish_system_id").orElse("");
        take("redfish_address").ifPresent(text -> address(text, system));
        login("redfish_username", "redfish_password");
        take("redfish_verify_ca").ifPresent(verify -> {
            switch (verify.toLowerCase(Locale.ROOT)) {
                case "true", "1", "yes", "on" -> {}
                case "false", "0", "no", "off" -> {
                    if (!bmc.path("address").asText().startsWith("redfish+http:")) {
                        find(
                                Kind.NOTE,
                                "bmc.certificate",
                                "is not set, and Ironic did not check the certificate: if it is self-signed, set its"
                                        + " fingerprint");
                    }
                }
                default ->
                    find(
                            Kind.NOTE,
                            "bmc.certificate",
                            "is not set, and Ironic used the authority in '" + verify
                                    + "': make Java trust it, or set the" + " fingerprint");
            }
        });
    }

    /** Without a scheme the address is that of an https service; its path, without {@code /redfish/v1}, is a prefix. */
    private void address(String text, String system) {
        String withScheme = text.contains("://") ? text : "https://" + bracketed(text);
        try {
            URI uri = new URI(withScheme);
            String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceFirst("/+$", "");
            String prefix = path.replaceFirst("/redfish(/v1)?$", "");
            String scheme = "http".equalsIgnoreCase(uri.getScheme()) ? "redfish+http" : "redfish";
            bmc.put("address", scheme + "://" + uri.getRawAuthority() + (system.isEmpty() ? prefix : prefix + system));
        } catch (URISyntaxException e) {
            find(Kind.FAULT, "bmc.address", "cannot be read from redfish_address: " + e.getReason());
        }
    }
}
