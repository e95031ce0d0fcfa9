package org.novametal.bmc.redfish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCalls;
import org.novametal.bmc.BmcCalls.Call;
import org.novametal.bmc.BmcCapability;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BmcOptions.SessionPolicy;
import org.novametal.bmc.BootDeviceControl;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.ChassisIdentify;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.DeviceDescription;
import org.novametal.bmc.DeviceInformation;
import org.novametal.bmc.PowerAction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A system of a Redfish service. It logs in with the first call.
 *
 * <p>The session and the discovered system belong to the call under way, see {@link BmcCalls}.
 *
 * <p>Redfish has no timed identification: {@link #identify} with a positive duration turns the light on until it is
 * stopped.
 */
final class RedfishBmc implements Bmc, BootDeviceControl, DeviceInformation, ChassisIdentify {
    private static final Logger LOG = LoggerFactory.getLogger(RedfishBmc.class);

    private static final String SYSTEMS = "/redfish/v1/Systems";
    private static final int MOST_NAMED_SYSTEMS = 20;
    private static final Duration CLOSE_TURN_LIMIT = Duration.ofMillis(300);
    private static final Duration CLOSE_SESSION_LIMIT = Duration.ofMillis(600);

    private final BmcAddress address;
    private final BmcOptions options;
    private final RedfishBmcFactory factory;
    private final LongSupplier clock;
    private final HttpLine line;
    private final RedfishAccess access;
    private final RedfishService service;
    private final BmcCalls calls;
    private @Nullable String systemLink;

    RedfishBmc(
            BmcAddress address,
            BmcCredentials credentials,
            BmcOptions options,
            OkHttpClient client,
            LongSupplier clock,
            RedfishBmcFactory factory) {
        String path = address.path().replaceAll("/+$", "");
        if (path.startsWith(SYSTEMS + "/")) {
            systemLink = address.path();
        } else if (!List.of("", "/redfish", "/redfish/v1", SYSTEMS).contains(path)) {
            throw new IllegalArgumentException("BMC address '" + address
                    + "' does not name a system; give redfish://host[:port]/redfish/v1/Systems/ID, or no path");
        }
        if (address.scheme().equals(RedfishBmcFactory.SCHEME_HTTP)
                && options.certificateFingerprint().isPresent()) {
            throw new IllegalArgumentException("BMC address '" + address
                    + "' is without TLS, and a certificate is pinned; give redfish:// or no fingerprint");
        }
        this.address = address;
        this.options = options;
        this.factory = factory;
        this.clock = clock;
        this.calls = new BmcCalls("BMC " + address, options.commandTimeout(), clock);
        this.line = new HttpLine(address, options, client, clock);
        this.access = new RedfishAccess(address, credentials, line);
        this.service = new RedfishService(address, access, options.retryInterval(), this::pause);
    }

    @Override
    public BmcAddress address() {
        return address;
    }

    @Override
    public <C extends BmcCapability> Optional<C> capability(Class<C> type) {
        return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
    }

    @Override
    public ChassisPower readPower() throws InterruptedException {
        return inTurn(deadline -> powerState(readSystem(deadline)).chassis);
    }

    @Override
    public void requestPower(PowerAction action) throws InterruptedException {
        inTurn(deadline -> {
            requestPower(action, deadline);
            return action;
        });
    }

    @Override
    public BootOverride readBootOverride() throws InterruptedException {
        return inTurn(deadline -> bootSettings(readSystem(deadline)).decode());
    }

    @Override
    public void setBootOverride(BootOverride override) throws InterruptedException {
        inTurn(deadline -> {
            RedfishAnswer system = readSystem(deadline);
            patchSystem(system, bootSettings(system).encode(override), deadline);
            return override;
        });
    }

    @Override
    public DeviceDescription readDevice() throws InterruptedException {
        return inTurn(deadline -> {
            JsonNode system = readSystem(deadline).body();
            String link = RedfishAnswer.link(
                            system.path("Links").path("ManagedBy").path(0))
                    .orElseThrow(() -> service.failure(Reason.UNSUPPORTED, "its system has no link to a manager"));
            JsonNode manager = service.read(link, deadline).body();
            String manufacturer = RedfishAnswer.text(manager.path("Manufacturer"))
                    .or(() -> RedfishAnswer.text(system.path("Manufacturer")))
                    .orElse("unknown");
            return new DeviceDescription(
                    manufacturer,
                    RedfishAnswer.text(manager.path("Model")).orElse("unknown"),
                    RedfishAnswer.text(manager.path("FirmwareVersion")).orElse("unknown"));
        });
    }

    @Override
    public UUID readSystemUuid() throws InterruptedException {
        return inTurn(deadline -> {
            String text = RedfishAnswer.text(readSystem(deadline).body().path("UUID"))
                    .orElseThrow(() -> service.failure(Reason.UNSUPPORTED, "its system has no UUID"));
            try {
                return UUID.fromString(text);
            } catch (IllegalArgumentException e) {
                throw service.failure(Reason.PROTOCOL, "its system's UUID '" + text + "' is not a UUID");
            }
        });
    }

    @Override
    public void identify(Duration duration) throws InterruptedException {
        boolean lit = duration.isPositive();
        inTurn(deadline -> {
            RedfishAnswer system = readSystem(deadline);
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            // IndicatorLED is the older property; services that have both ignore it.
            if (system.body().has("LocationIndicatorActive")) {
                body.put("LocationIndicatorActive", lit);
            } else if (system.body().has("IndicatorLED")) {
                body.put("IndicatorLED", lit ? "Blinking" : "Off");
            } else {
                throw service.failure(Reason.UNSUPPORTED, "its system has no identification light");
            }
            patchSystem(system, body, deadline);
            return lit;
        });
    }

    @Override
    public void close() {
        if (!calls.close()) {
            return;
        }
        factory.forget(this);
        line.giveUp();
        try {
            calls.makeLast(CLOSE_TURN_LIMIT, () -> {
                line.resume();
                access.leave(clock.getAsLong() + CLOSE_SESSION_LIMIT.toNanos());
            });
        } catch (BmcException e) {
            LOG.debug("BMC {}: its session could not be closed and stays open until it times out", address, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            line.close();
        }
    }

    /** DSP0268, Resource.PowerState. A changing state counts as the state that the machine leaves. */
    private enum SystemPower {
        ON("On", ChassisPower.ON),
        OFF("Off", ChassisPower.OFF),
        POWERING_ON("PoweringOn", ChassisPower.OFF),
        POWERING_OFF("PoweringOff", ChassisPower.ON),
        PAUSED("Paused", ChassisPower.ON);

        private final String name;
        private final ChassisPower chassis;

        SystemPower(String name, ChassisPower chassis) {
            this.name = name;
            this.chassis = chassis;
        }
    }

    private SystemPower powerState(RedfishAnswer system) {
        JsonNode state = system.body().path("PowerState");
        for (SystemPower power : SystemPower.values()) {
            if (power.name.equals(state.textValue())) {
                return power;
            }
        }
        throw service.failure(
                Reason.PROTOCOL,
                "its system's PowerState is " + (state.isMissingNode() ? "missing" : state)
                        + "; it does not report power");
    }

    private void requestPower(PowerAction action, long deadline) throws InterruptedException {
        RedfishAnswer system = readSystem(deadline);
        SystemPower power = powerState(system);
        switch (action) {
            case ON -> {
                if (power == SystemPower.OFF || power == SystemPower.POWERING_OFF) {
                    reset(system, action, deadline);
                }
            }
            case OFF -> {
                if (power != SystemPower.OFF) {
                    reset(system, action, deadline);
                }
            }
            case SOFT_OFF -> {
                if (power != SystemPower.OFF && power != SystemPower.POWERING_OFF) {
                    reset(system, action, deadline);
                }
            }
            case CYCLE -> cycle(system, power, deadline);
            case RESET, DIAGNOSTIC_INTERRUPT -> {
                if (power.chassis == ChassisPower.OFF) {
                    throw service.failure(
                            Reason.REJECTED, action + " of a machine that is " + power.name + "; switch it on");
                }
                reset(system, action, deadline);
            }
        }
    }

    private void cycle(RedfishAnswer system, SystemPower power, long deadline) throws InterruptedException {
        if (power == SystemPower.OFF) {
            reset(system, PowerAction.ON, deadline);
            return;
        }
        Optional<List<String>> allowed = allowedResetTypes(system, deadline);
        if (allowed.isPresent()
                && ResetTypes.choose(PowerAction.CYCLE, allowed.get()).isPresent()) {
            reset(system, PowerAction.CYCLE, deadline);
            return;
        }
        reset(system, PowerAction.OFF, deadline);
        RedfishAnswer now = readSystem(deadline);
        while (powerState(now) != SystemPower.OFF) {
            if (!pause(options.retryInterval(), deadline)) {
                throw service.failure(
                        Reason.NOT_DONE,
                        "power cycle: the machine was not off within " + options.commandTimeout() + "; try again");
            }
            now = readSystem(deadline);
        }
        reset(now, PowerAction.ON, deadline);
    }

    private void reset(RedfishAnswer system, PowerAction action, long deadline) throws InterruptedException {
        Optional<List<String>> allowed = allowedResetTypes(system, deadline);
        String type = allowed.isEmpty()
                ? ResetTypes.of(action).getFirst()
                : ResetTypes.choose(action, allowed.get())
                        .orElseThrow(() -> service.failure(
                                Reason.UNSUPPORTED,
                                action + " needs the reset type " + String.join(" or ", ResetTypes.of(action))
                                        + "; its system allows " + allowed.get()));
        String target = RedfishAnswer.text(resetAction(system).path("target"))
                .orElseThrow(() -> service.failure(Reason.UNSUPPORTED, "its system has no reset action"));
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("ResetType", type);
        service.change("POST", target, body, Optional.empty(), deadline);
    }

    private static JsonNode resetAction(RedfishAnswer system) {
        return system.body().path("Actions").path("#ComputerSystem.Reset");
    }

    /** The reset types that the system allows; empty where it has no list. DSP0266 §7.10. */
    private Optional<List<String>> allowedResetTypes(RedfishAnswer system, long deadline) throws InterruptedException {
        JsonNode action = resetAction(system);
        JsonNode listed = action.path("ResetType@Redfish.AllowableValues");
        Optional<String> info = RedfishAnswer.text(action.path("@Redfish.ActionInfo"));
        if (!listed.isArray() && info.isPresent()) {
            for (JsonNode parameter : service.read(info.get(), deadline).body().path("Parameters")) {
                if (parameter.path("Name").asText().equals("ResetType")) {
                    listed = parameter.path("AllowableValues");
                }
            }
        }
        if (!listed.isArray()) {
            return Optional.empty();
        }
        List<String> types = new ArrayList<>();
        listed.forEach(type -> types.add(type.asText()));
        return Optional.of(types);
    }

    private BootSettings bootSettings(RedfishAnswer system) {
        JsonNode boot = system.body().path("Boot");
        if (!boot.isObject()) {
            throw service.failure(Reason.UNSUPPORTED, "its system has no boot settings");
        }
        return new BootSettings(address.toString(), boot);
    }

    /** Changes the version of the system that was read; if another client changed it meanwhile, the newest version. */
    private void patchSystem(RedfishAnswer system, ObjectNode body, long deadline) throws InterruptedException {
        String link = systemLink(deadline);
        try {
            service.change("PATCH", link, body, system.etag(), deadline);
        } catch (BmcException e) {
            if (e.reason() != Reason.BUSY || system.etag().isEmpty()) {
                throw e;
            }
            Optional<String> newest = readSystem(deadline).etag();
            if (newest.equals(system.etag())) {
                throw e;
            }
            service.change("PATCH", link, body, newest, deadline);
        }
    }

    private RedfishAnswer readSystem(long deadline) throws InterruptedException {
        return service.read(systemLink(deadline), deadline);
    }

    private String systemLink(long deadline) throws InterruptedException {
        String link = systemLink;
        if (link == null) {
            link = onlySystem(deadline);
            systemLink = link;
        }
        return link;
    }

    private String onlySystem(long deadline) throws InterruptedException {
        List<String> links = new ArrayList<>();
        for (JsonNode member : service.read(SYSTEMS, deadline).body().path("Members")) {
            RedfishAnswer.link(member).ifPresent(links::add);
        }
        if (links.size() == 1) {
            return links.getFirst();
        }
        throw service.failure(
                Reason.REJECTED,
                links.isEmpty()
                        ? "it has no system"
                        : "it has " + links.size() + " systems; append the path of one to the address: "
                                + String.join(", ", links.subList(0, Math.min(links.size(), MOST_NAMED_SYSTEMS))));
    }

    private boolean pause(Duration time, long deadline) throws InterruptedException {
        long left = deadline - clock.getAsLong();
        calls.pause(Duration.ofNanos(Math.min(left, time.toNanos())));
        return deadline - clock.getAsLong() > 0;
    }

    private <T> T inTurn(Call<T> call) throws InterruptedException {
        return calls.make(deadline -> {
            try {
                return call.make(deadline);
            } finally {
                if (options.sessionPolicy() == SessionPolicy.CLOSE && !calls.isClosed()) {
                    leave();
                }
            }
        });
    }

    /** Ends the session; a failure is only logged, because it does not change the result of the call. */
    private void leave() throws InterruptedException {
        try {
            access.leave(clock.getAsLong() + CLOSE_SESSION_LIMIT.toNanos());
        } catch (BmcException e) {
            LOG.debug("BMC {}: its session could not be closed and stays open until it times out", address, e);
        }
    }
}
