package org.novametal.baremetal.exchange;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.model.Secret;

/**
 * Encrypts the secrets of documents. A sealed secret is bound to its node and its field, and differs from what the store keeps,
 * so that neither can stand in for the other.
 *
 * @param cipher encrypts with the key of the exchange
 */
record SecretSeal(SecretCipher cipher) {
    private static final String SEALED = "sealed_";
    private static final String CHECKED = "nova-metal inventory";
    private static final UUID NO_NODE = new UUID(0, 0);

    /** A known text, sealed, by which a wrong key is found at once. */
    String check() {
        return seal(NO_NODE, "key_check", CHECKED);
    }

    boolean accepts(String check) {
        return open(NO_NODE, "key_check", check).filter(CHECKED::equals).isPresent();
    }

    /** Replaces the secrets of the object {@code bmc} of a node by sealed ones. */
    void seal(UUID node, ObjectNode bmc) {
        for (String field : new String[] {NodeJson.PASSWORD, NodeJson.KEY}) {
            String secret = bmc.path(field).textValue();
            bmc.remove(field);
            if (secret != null) {
                bmc.put(SEALED + field, seal(node, field, secret));
            }
        }
    }

    private String seal(UUID node, String field, String secret) {
        return Base64.getEncoder().encodeToString(cipher.seal(node, column(field), Secret.of(secret)));
    }

    private Optional<String> open(UUID node, String field, String sealed) {
        try {
            return Optional.of(
                    cipher.open(node, column(field), Base64.getDecoder().decode(sealed))
                            .reveal());
        } catch (DriverException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String column(String field) {
        return "exchange." + field;
    }

    /** Whether the object {@code bmc} has sealed secrets. */
    static boolean isSealed(ObjectNode bmc) {
        return bmc.has(SEALED + NodeJson.PASSWORD) || bmc.has(SEALED + NodeJson.KEY);
    }

    /** Replaces the sealed secrets of the object {@code bmc} of a node; returns whether all could be decrypted. */
    boolean open(UUID node, ObjectNode bmc) {
        boolean all = true;
        for (String field : new String[] {NodeJson.PASSWORD, NodeJson.KEY}) {
            String sealed = bmc.path(SEALED + field).textValue();
            bmc.remove(SEALED + field);
            if (sealed != null) {
                Optional<String> secret = open(node, field, sealed);
                secret.ifPresent(value -> bmc.put(field, value));
                all = all && secret.isPresent();
            }
        }
        return all;
    }

    /** Removes sealed secrets that cannot be opened. */
    static void drop(ObjectNode bmc) {
        bmc.remove(SEALED + NodeJson.PASSWORD);
        bmc.remove(SEALED + NodeJson.KEY);
    }
}
