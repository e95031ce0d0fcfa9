package org.novametal.bmc.redfish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.redfish.BootSettings.Variant;
import org.novametal.bmc.redfish.RedfishService.Pause;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and sets the boot override of one system. Services take it on the system or on its settings resource, and with
 * different sets of properties: the ways are tried in order, and what a service accepted is read back before it counts. The way
 * that worked is tried first the next time. Owned by the thread that makes the current call.
 *
 * <p>Source: DSP0266 §9.10 (settings resources), DSP0268 ComputerSystem.Boot, and observed services.
 */
final class BootOverrides {
    private static final Logger LOG = LoggerFactory.getLogger(BootOverrides.class);

    /** How often what was set is read; services that work asynchronously take a moment. */
    private static final int READINGS = 4;

    private final BmcAddress address;
    private final RedfishService service;
    private final Duration readInterval;
    private final Pause pause;
    private final Map<String, BootDevice> aliases = new HashMap<>();
    private @Nullable Way learned;

    /** Where a change is sent. */
    private enum Place {
        SETTINGS,
        SYSTEM
    }

    /** A way that worked. */
    private record Way(Place place, Variant variant) {}

    /** A resource with boot settings. */
    private record Resource(Place place, String link, RedfishAnswer answer, BootSettings settings) {}

    /** What reading back showed. */
    private enum Effect {
        AS_WANTED,
        OTHER_MODE,
        OTHER_DEVICE,
        NOT_REPORTED
    }

    BootOverrides(BmcAddress address, RedfishService service, Duration readInterval, Pause pause) {
        this.address = address;
        this.service = service;
        this.readInterval = readInterval;
        this.pause = pause;
    }

    /** Reads the override that is set; one that is pending in the settings resource counts as set. */
    BootOverride read(String link, RedfishAnswer system, long deadline) throws InterruptedException {
        List<Resource> resources = resources(link, system, deadline);
        BootOverride present = onSystem(resources).settings().decode(aliases);
        boolean isPending =
                present.device() == BootDevice.NONE || (learned != null && learned.place() == Place.SETTINGS);
        return resources.stream()
                .filter(resource -> isPending && resource.place() == Place.SETTINGS)
                .filter(resource -> resource.settings().isReported())
                .findFirst()
                .map(resource -> resource.settings().decode(aliases))
                .orElse(present);
    }

    private static Resource onSystem(List<Resource> resources) {
        return resources.stream()
                .filter(resource -> resource.place() == Place.SYSTEM)
                .findFirst()
                .orElseThrow();
    }

    /**
     * Sets an override and reads it back.
     *
     * @throws BmcException {@link Reason#UNSUPPORTED} or {@link Reason#REJECTED} when the service refuses every way, {@link
     *     Reason#NOT_DONE} when it accepts without effect
     */
    void set(String link, RedfishAnswer system, BootOverride wanted, long deadline) throws InterruptedException {
        List<Resource> resources = resources(link, system, deadline);
        Optional<BmcException> refusal = Optional.empty();
        Optional<Effect> effect = Optional.empty();
        for (Resource resource : resources) {
            boolean isModeRefused = false;
            for (Map.Entry<Variant, ObjectNode> body : bodies(resource, wanted).entrySet()) {
                try {
                    service.patch(resource.link(), resource.answer(), body.getValue(), deadline);
                } catch (BmcException e) {
                    if (!e.reason().isRefusal()) {
                        throw e;
                    }
                    LOG.debug("BMC {}: {} boot settings refused: {}", address, body.getKey(), e.getMessage());
                    refusal = refusal.or(() -> Optional.of(e));
                    isModeRefused |= body.getValue().path("Boot").has("BootSourceOverrideMode");
                    continue;
                }
                Effect seen = readBack(resources, resource, wanted, deadline);
                if (seen == Effect.AS_WANTED
                        || (seen == Effect.OTHER_MODE && isAccepted(body, isModeRefused, wanted))) {
                    learned = new Way(resource.place(), body.getKey());
                    return;
                }
                effect = Optional.of(seen);
            }
        }
        if (wanted.firmware() == BootFirmware.UNSPECIFIED && effect.equals(Optional.of(Effect.OTHER_MODE))) {
            LOG.warn("BMC {} changed the boot mode although it was asked for a boot device only", address);
            return;
        }
        throw failed(wanted, refusal, effect);
    }

    /** Whether the mode was sent and accepted: many services change it with the next boot. */
    private boolean isAccepted(Map.Entry<Variant, ObjectNode> body, boolean isModeRefused, BootOverride wanted) {
        boolean isSent = body.getValue().path("Boot").has("BootSourceOverrideMode");
        if (isSent && !isModeRefused) {
            LOG.info(
                    "BMC {} accepted the boot mode {} and still reports another; it may change with the next boot",
                    address,
                    wanted.firmware());
        }
        return isSent && !isModeRefused;
    }

    private BmcException failed(BootOverride wanted, Optional<BmcException> refusal, Optional<Effect> effect) {
        if (effect.isEmpty()) {
            return refusal.orElseThrow();
        }
        String refused =
                refusal.map(e -> "; another way was refused: " + e.getMessage()).orElse("");
        return switch (effect.get()) {
            case OTHER_MODE ->
                failure(
                        Reason.UNSUPPORTED,
                        "its boot mode cannot be changed to " + wanted.firmware()
                                + "; change it in the machine's firmware setup, or set the node's boot mode to the present one"
                                + refused);
            case NOT_REPORTED -> failure(Reason.UNSUPPORTED, "it accepted a boot device, but reports none" + refused);
            case AS_WANTED, OTHER_DEVICE ->
                failure(
                        Reason.NOT_DONE,
                        "it accepted the boot device " + wanted.device() + ", but reports another" + refused);
        };
    }

    private Map<Variant, ObjectNode> bodies(Resource resource, BootOverride wanted) {
        Map<Variant, ObjectNode> all = resource.settings().encode(wanted);
        Way way = learned;
        if (way == null || !all.containsKey(way.variant())) {
            return all;
        }
        Map<Variant, ObjectNode> ordered = new LinkedHashMap<>();
        ordered.put(way.variant(), all.get(way.variant()));
        ordered.putAll(all);
        return ordered;
    }

    private Effect readBack(List<Resource> before, Resource changed, BootOverride wanted, long deadline)
            throws InterruptedException {
        Effect effect = Effect.NOT_REPORTED;
        for (int reading = 0; reading < READINGS; reading++) {
            if (reading > 0 && !pause.await(readInterval, deadline)) {
                return effect;
            }
            List<BootSettings> now = new ArrayList<>();
            for (Resource resource : before) {
                if (resource.place() == changed.place() || resource.place() == Place.SYSTEM) {
                    now.add(new BootSettings(
                            address.toString(),
                            service.read(resource.link(), deadline).body().path("Boot"),
                            JsonNodeFactory.instance.objectNode()));
                }
            }
            effect = effect(now, onSystem(before).settings(), wanted);
            if (effect == Effect.AS_WANTED || effect == Effect.NOT_REPORTED) {
                return effect;
            }
        }
        return effect;
    }

    private Effect effect(List<BootSettings> now, BootSettings before, BootOverride wanted) {
        if (now.stream().noneMatch(BootSettings::isReported)) {
            return Effect.NOT_REPORTED;
        }
        // Supermicro reports Pxe of a UEFI system as the next boot entry.
        if (wanted.device() == BootDevice.NETWORK) {
            now.forEach(settings -> settings.target()
                    .filter("UefiBootNext"::equalsIgnoreCase)
                    .ifPresent(target -> aliases.put(target, BootDevice.NETWORK)));
        }
        Optional<BootSettings> same = now.stream()
                .filter(settings -> settings.has(wanted.device(), aliases))
                .findFirst();
        if (same.isEmpty()) {
            return Effect.OTHER_DEVICE;
        }
        if (wanted.device() == BootDevice.NONE) {
            return Effect.AS_WANTED;
        }
        BootOverride seen = same.get().decode(aliases);
        if (seen.persistence() != wanted.persistence()) {
            LOG.info(
                    "BMC {} applies the boot device {} {} instead of {}",
                    address,
                    wanted.device(),
                    seen.persistence(),
                    wanted.persistence());
        }
        BootFirmware present = before.firmware();
        BootFirmware expected = wanted.firmware() == BootFirmware.UNSPECIFIED ? present : wanted.firmware();
        boolean isOther = expected != BootFirmware.UNSPECIFIED
                && seen.firmware() != BootFirmware.UNSPECIFIED
                && seen.firmware() != expected;
        return isOther ? Effect.OTHER_MODE : Effect.AS_WANTED;
    }

    /** The system, and its settings resource where that has a boot override; the likelier one for a change first. */
    private List<Resource> resources(String link, RedfishAnswer system, long deadline) throws InterruptedException {
        JsonNode boot = system.body().path("Boot");
        Optional<String> settingsLink =
                RedfishAnswer.link(system.body().path("@Redfish.Settings").path("SettingsObject"));
        Optional<RedfishAnswer> settings =
                settingsLink.isPresent() ? readSettings(settingsLink.get(), deadline) : Optional.empty();
        JsonNode pending = settings.map(answer -> answer.body().path("Boot"))
                .filter(BootSettings::isIn)
                .orElse(JsonNodeFactory.instance.objectNode());
        if (!boot.isObject() && pending.isEmpty()) {
            throw failure(Reason.UNSUPPORTED, "its system has no boot settings");
        }
        Resource onSystem =
                new Resource(Place.SYSTEM, link, system, new BootSettings(address.toString(), boot, pending));
        if (pending.isEmpty()) {
            return List.of(onSystem);
        }
        Resource inSettings = new Resource(
                Place.SETTINGS,
                settingsLink.orElseThrow(),
                settings.orElseThrow(),
                new BootSettings(address.toString(), pending, boot));
        return learned != null && learned.place() == Place.SYSTEM
                ? List.of(onSystem, inSettings)
                : List.of(inSettings, onSystem);
    }

    /** The settings resource; empty where the service names one and cannot read it. */
    private Optional<RedfishAnswer> readSettings(String link, long deadline) throws InterruptedException {
        try {
            return Optional.of(service.read(link, deadline));
        } catch (BmcException e) {
            if (e.reason() == Reason.UNREACHABLE || e.reason() == Reason.CLOSED) {
                throw e;
            }
            LOG.debug("BMC {}: its settings resource cannot be read: {}", address, e.getMessage());
            return Optional.empty();
        }
    }

    private BmcException failure(Reason reason, String what) {
        return new BmcException(reason, "BMC " + address + ": " + what);
    }
}
