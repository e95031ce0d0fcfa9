package org.novametal.baremetal.inventory;

import java.util.Objects;
import java.util.Optional;
import org.novametal.bmc.BmcOptions.KeyExchange;
import org.novametal.bmc.BmcOptions.Privilege;
import org.novametal.bmc.BmcOptions.SessionPolicy;
import org.novametal.bmc.BootOverride.BootFirmware;

/**
 * The settings of one node's BMC, and of the machine as its BMC sees it, that differ from the configuration or from defaults.
 * No setting is a secret.
 *
 * @param sessionPolicy whether a session is kept after a call; if absent, the option {@code session_policy} decides
 * @param privilege the privilege level of the login, for protocols with privilege levels; if absent, operator
 * @param certificate the SHA-256 fingerprint of the BMC's certificate, for protocols over TLS
 * @param powerGroup the name of a group of machines that must not be switched on all at once, such as the machines of a rack;
 *     if absent, it does not wait for other machines
 * @param bootMode the mode that the machine boots in; {@link BootFirmware#UNSPECIFIED}: the mode that the BMC has is left as it
 *     is
 * @param keyExchange how TLS with the BMC may agree on its keys, for protocols over TLS
 * @param secureBoot whether the machine is to start only signed boot loaders
 */
public record BmcSettings(
        Optional<SessionPolicy> sessionPolicy,
        Optional<Privilege> privilege,
        Optional<String> certificate,
        Optional<String> powerGroup,
        BootFirmware bootMode,
        KeyExchange keyExchange,
        SecureBoot secureBoot) {
    /** No settings. */
    public static final BmcSettings NONE = new BmcSettings(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            BootFirmware.UNSPECIFIED,
            KeyExchange.FORWARD_SECRET,
            SecureBoot.UNSPECIFIED);

    /** Checks that no part is null. */
    public BmcSettings {
        Objects.requireNonNull(sessionPolicy, "sessionPolicy");
        Objects.requireNonNull(privilege, "privilege");
        Objects.requireNonNull(certificate, "certificate");
        Objects.requireNonNull(powerGroup, "powerGroup");
        Objects.requireNonNull(bootMode, "bootMode");
        Objects.requireNonNull(keyExchange, "keyExchange");
        Objects.requireNonNull(secureBoot, "secureBoot");
    }

    /** These settings with another session policy. */
    public BmcSettings withSessionPolicy(SessionPolicy policy) {
        return new BmcSettings(
                Optional.of(policy), privilege, certificate, powerGroup, bootMode, keyExchange, secureBoot);
    }

    /** These settings with another privilege level. */
    public BmcSettings withPrivilege(Privilege wanted) {
        return new BmcSettings(
                sessionPolicy, Optional.of(wanted), certificate, powerGroup, bootMode, keyExchange, secureBoot);
    }

    /** These settings with the fingerprint of another certificate. */
    public BmcSettings withCertificate(String fingerprint) {
        return new BmcSettings(
                sessionPolicy, privilege, Optional.of(fingerprint), powerGroup, bootMode, keyExchange, secureBoot);
    }

    /** These settings with another power group. */
    public BmcSettings withPowerGroup(String group) {
        return new BmcSettings(
                sessionPolicy, privilege, certificate, Optional.of(group), bootMode, keyExchange, secureBoot);
    }

    /** These settings with another boot mode. */
    public BmcSettings withBootMode(BootFirmware mode) {
        return new BmcSettings(sessionPolicy, privilege, certificate, powerGroup, mode, keyExchange, secureBoot);
    }

    /** These settings with another key exchange. */
    public BmcSettings withKeyExchange(KeyExchange exchange) {
        return new BmcSettings(sessionPolicy, privilege, certificate, powerGroup, bootMode, exchange, secureBoot);
    }

    /** These settings with or without secure boot. */
    public BmcSettings withSecureBoot(SecureBoot wanted) {
        return new BmcSettings(sessionPolicy, privilege, certificate, powerGroup, bootMode, keyExchange, wanted);
    }
}
