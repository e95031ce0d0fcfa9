package org.novametal.bmc.redfish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
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
import org.novametal.bmc.PowerPolling;
import org.novametal.text.ForeignText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A system of a Redfish service. It logs in with the first call.
 *
 * <p>The session, the discovered system and all that was learned of the service's behaviour belong to the call under way, see
 * {@link BmcCalls}, and are kept as long as the handle is open.
 *
 * <p>A service that is starting, and therefore refuses to be read or lists no system, is asked again during half of the call's
 * time; then the call fails with {@link Reason#BUSY}.
 *
 * <p>Redfish has no timed identification: {@link #identify} with a positive duration turns the light on until it is
 * stopped.
 */
final class RedfishBmc implements Bmc, BootDeviceControl, DeviceInformation, ChassisIdentify, PowerPolling {
    private static final Logger LOG = LoggerFactory.getLogger(RedfishBmc.class);

    private static final String SYSTEMS = "/redfish/v1/Systems";
    private static final int MOST_NAMED_SYSTEMS = 20;
    /** Maximum number of pages that are read of the list of systems. */
    private static final int MOST_PAGES = 20;

    private static final int HTTP_NOT_FOUND = 404;
    private static final Pattern SEVERAL_WORDS = Pattern.compile("[\\s_-]+");

    /** The part of a call's time in which a service that is not ready is asked again. */
    private static final int PATIENT_PART = 2;

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
    private final RedfishPolls polls;
    private final BootOverrides bootOverrides;
    private final boolean isSystemGiven;
    private @Nullable String systemLink;

    /** Until when the call under way waits for a service that is not ready. */
    private long patientUntil;

    /** Whether the system was read once: then a service that does not know it is not ready. */
    private boolean isSystemKnown;

    /** The reset types of the action's ActionInfo, once it was read. */
    private Optional<List<String>> resetTypesOfInfo = Optional.empty();

    /** The reset types that the service refused although it lists them, or lists none. */
    private final Set<String> refusedResetTypes = new HashSet<>();

    RedfishBmc(
            BmcAddress address,
            BmcCredentials credentials,
            BmcOptions options,
            HttpTraffic traffic,
            LongSupplier clock,
            RedfishBmcFactory factory) {
        String path = HttpLine.withoutEndingSlashes(address.path());
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
        this.isSystemGiven = systemLink != null;
        this.address = address;
        this.options = options;
        this.factory = factory;
        this.clock = clock;
        this.calls = new BmcCalls("BMC " + address, options, clock);
        this.polls = new RedfishPolls(address, traffic.deadlines(), clock);
        this.line = new HttpLine(address, options, traffic, clock);
        this.access = new RedfishAccess(address, credentials, line, clock);
        this.service = new RedfishService(address, access, options.retryInterval(), this::pause);
        this.bootOverrides = new BootOverrides(address, service, options.retryInterval(), this::pause);
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
    public CompletableFuture<ChassisPower> pollPower(Duration limit) {
        if (calls.isClosed()) {
            return CompletableFuture.failedFuture(
                    service.failure(Reason.CLOSED, "this handle is closed; open another"));
        }
        // A poll does not wait for a service that is not ready: the next poll comes soon.
        return polls.start(
                limit, within -> inTurn(within, Duration.ZERO, deadline -> powerState(readSystem(deadline)).chassis));
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
        return inTurn(deadline -> {
            RedfishAnswer system = readSystem(deadline);
            return bootOverrides.read(systemLink(deadline), system, deadline);
        });
    }

    @Override
    public void setBootOverride(BootOverride override) throws InterruptedException {
        inTurn(deadline -> {
            RedfishAnswer system = readSystem(deadline);
            bootOverrides.set(systemLink(deadline), system, override, deadline);
            return override;
        });
    }

    @Override
    public DeviceDescription readDevice() throws InterruptedException {
        return inTurn(deadline -> {
            JsonNode system = readSystem(deadline).body();
            // Huawei iBMC names its managers so.
            String link = RedfishAnswer.link(
                            system.path("Links").path("ManagedBy").path(0))
                    .or(() -> RedfishAnswer.link(
                            system.path("Links").path("Managers").path(0)))
                    .orElseThrow(() -> service.failure(Reason.UNSUPPORTED, "its system has no link to a manager"));
            JsonNode manager =
                    patiently(deadline, () -> service.read(link, deadline)).body();
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
            String hyphenated =
                    text.strip().replaceFirst("^(\\w{8})(\\w{4})(\\w{4})(\\w{4})(\\w{12})$", "$1-$2-$3-$4-$5");
            try {
                return UUID.fromString(hyphenated);
            } catch (IllegalArgumentException e) {
                throw service.failure(
                        Reason.PROTOCOL, "its system's UUID '" + ForeignText.line(text) + "' is not a UUID");
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
            service.patch(systemLink(deadline), system, body, deadline);
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

    /** DSP0268, Resource.PowerState. */
    private enum SystemPower {
        ON("On", ChassisPower.ON),
        OFF("Off", ChassisPower.OFF),
        POWERING_ON("PoweringOn", ChassisPower.CHANGING),
        POWERING_OFF("PoweringOff", ChassisPower.CHANGING),
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
        // Some services write it in other case or as several words.
        String name = SEVERAL_WORDS.matcher(state.asText()).replaceAll("");
        for (SystemPower power : SystemPower.values()) {
            if (state.isTextual() && power.name.equalsIgnoreCase(name)) {
                return power;
            }
        }
        throw service.failure(
                Reason.PROTOCOL,
                "its system's PowerState is " + (state.isMissingNode() ? "missing" : ForeignText.line(state.toString()))
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
                if (power == SystemPower.OFF || power == SystemPower.POWERING_ON) {
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
        List<String> allowed = allowedResetTypes(system, PowerAction.CYCLE, deadline);
        if (!ResetTypes.choose(PowerAction.CYCLE, allowed).isEmpty()
                && !refusedResetTypes.containsAll(ResetTypes.choose(PowerAction.CYCLE, allowed))) {
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

    /** Requests the action with the first of its reset types that the service takes. */
    private void reset(RedfishAnswer system, PowerAction action, long deadline) throws InterruptedException {
        List<String> allowed = allowedResetTypes(system, action, deadline);
        List<String> types = allowed.isEmpty() ? ResetTypes.of(action) : ResetTypes.choose(action, allowed);
        if (types.isEmpty()) {
            throw service.failure(
                    Reason.UNSUPPORTED,
                    action + " needs the reset type " + String.join(" or ", ResetTypes.of(action))
                            + "; its system allows " + ForeignText.line(allowed.toString()));
        }
        String target = resetTarget(system, deadline);
        Optional<BmcException> refusal = Optional.empty();
        // A type that was refused before comes last: the refusal may have been for the state of the machine.
        for (String type : types.stream()
                .sorted(Comparator.comparing(refusedResetTypes::contains))
                .toList()) {
            try {
                service.post(target, JsonNodeFactory.instance.objectNode().put("ResetType", type), deadline);
                refusedResetTypes.remove(type);
                return;
            } catch (BmcException e) {
                if (!e.reason().isRefusal() && e.reason() != Reason.BUSY) {
                    throw e;
                }
                if (isDone(action, deadline)) {
                    return;
                }
                if (e.reason() == Reason.BUSY) {
                    throw e;
                }
                refusedResetTypes.add(type);
                refusal = refusal.or(() -> Optional.of(e));
            }
        }
        throw refusal.orElseThrow();
    }

    /** Whether the machine is in the state that was asked for: some services refuse to repeat a change. */
    private boolean isDone(PowerAction action, long deadline) throws InterruptedException {
        return switch (action) {
            case ON -> powerState(readSystem(deadline)) == SystemPower.ON;
            case OFF, SOFT_OFF -> powerState(readSystem(deadline)) == SystemPower.OFF;
            case CYCLE, RESET, DIAGNOSTIC_INTERRUPT -> false;
        };
    }

    private String resetTarget(RedfishAnswer system, long deadline) throws InterruptedException {
        JsonNode action = resetAction(system);
        if (action.isMissingNode()) {
            throw service.failure(Reason.UNSUPPORTED, "its system has no reset action");
        }
        Optional<String> target = RedfishAnswer.text(action.path("target"));
        // DSP0266 §7.10 gives the URI of an action without target.
        return target.isPresent()
                ? target.get()
                : HttpLine.withoutEndingSlashes(systemLink(deadline)) + "/Actions/ComputerSystem.Reset";
    }

    private static JsonNode resetAction(RedfishAnswer system) {
        return system.body().path("Actions").path("#ComputerSystem.Reset");
    }

    /**
     * The reset types that the system allows; empty where it has no list, or an empty one. Its ActionInfo is read where the list
     * beside the action has no type for the action. DSP0266 §7.10.
     */
    private List<String> allowedResetTypes(RedfishAnswer system, PowerAction wanted, long deadline)
            throws InterruptedException {
        JsonNode action = resetAction(system);
        List<String> types = new ArrayList<>(texts(action.path("ResetType@Redfish.AllowableValues")));
        Optional<String> info = RedfishAnswer.text(action.path("@Redfish.ActionInfo"));
        if (info.isPresent() && ResetTypes.choose(wanted, types).isEmpty()) {
            if (resetTypesOfInfo.isEmpty()) {
                resetTypesOfInfo = Optional.of(readActionInfo(info.get(), deadline));
            }
            types.addAll(resetTypesOfInfo.get());
        }
        return types;
    }

    private List<String> readActionInfo(String link, long deadline) throws InterruptedException {
        List<String> types = new ArrayList<>();
        for (JsonNode parameter : service.read(link, deadline).body().path("Parameters")) {
            if (parameter.path("Name").asText().equalsIgnoreCase("ResetType")) {
                types.addAll(texts(parameter.path("AllowableValues")));
            }
        }
        return types;
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(value -> RedfishAnswer.text(value).ifPresent(texts::add));
        return texts;
    }

    /** Reads the system; waits for a service that is starting, for half of the call's time at most. */
    private RedfishAnswer readSystem(long deadline) throws InterruptedException {
        return patiently(deadline, () -> readSystemOnce(deadline));
    }

    private interface Reading {
        RedfishAnswer make() throws InterruptedException;
    }

    private RedfishAnswer patiently(long deadline, Reading reading) throws InterruptedException {
        while (true) {
            try {
                return reading.make();
            } catch (BmcException e) {
                boolean isPatient = e.reason() == Reason.BUSY && patientUntil - clock.getAsLong() > 0;
                if (!isPatient || !pause(options.retryInterval(), deadline)) {
                    throw e;
                }
            }
        }
    }

    private RedfishAnswer readSystemOnce(long deadline) throws InterruptedException {
        String link = systemLink(deadline);
        RedfishAnswer answer = service.get(link, deadline);
        if (answer.status() == HTTP_NOT_FOUND && isSystemGiven && !isSystemKnown) {
            requireListed(link, deadline);
        }
        if (!answer.isSuccess() && !isSystemGiven) {
            // It may have got another name, as with an update of its firmware.
            systemLink = null;
        }
        RedfishAnswer system = service.requireObject(link, answer);
        isSystemKnown = true;
        return system;
    }

    /** Refuses the path of an address that the service does not list among its systems; it will never be ready. */
    private void requireListed(String link, long deadline) throws InterruptedException {
        RedfishAnswer collection = service.get(SYSTEMS, deadline);
        List<String> listed =
                collection.isSuccess() ? systems(collection, deadline).links() : List.of();
        String wanted = pathOf(link);
        boolean isListed = listed.stream().anyMatch(other -> pathOf(other).equalsIgnoreCase(wanted));
        if (!listed.isEmpty() && !isListed) {
            throw service.failure(
                    Reason.REJECTED,
                    "it has no system " + link + "; put the path of one of its systems into the address: "
                            + named(listed));
        }
    }

    private String pathOf(String link) {
        return HttpLine.withoutEndingSlashes(line.url(link).encodedPath());
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
        Systems systems = systems(service.read(SYSTEMS, deadline), deadline);
        List<String> links = systems.links();
        if (links.isEmpty()) {
            // Services list no system while they start.
            throw service.failure(
                    Reason.BUSY, "it lists no system; either it is not ready yet, or its user may not see the system");
        }
        if (links.size() > 1 || systems.count() > 1) {
            throw service.failure(
                    Reason.REJECTED,
                    "it has " + systems.count() + " systems; put the path of one into the address: " + named(links));
        }
        return links.getFirst();
    }

    /**
     * The systems that the service lists.
     *
     * @param links each once, in order
     * @param count how many it has, which may be more than it lists
     */
    private record Systems(List<String> links, int count) {}

    /** Reads the pages of the list of systems. DSP0266 §7.10: {@code Members@odata.nextLink} names the next one. */
    private Systems systems(RedfishAnswer first, long deadline) throws InterruptedException {
        Set<String> links = new LinkedHashSet<>();
        Set<String> pages = new HashSet<>(Set.of(SYSTEMS));
        RedfishAnswer page = first;
        int count = 0;
        while (true) {
            for (JsonNode member : page.body().path("Members")) {
                RedfishAnswer.link(member).ifPresent(links::add);
            }
            count = Math.max(count, page.body().path("Members@odata.count").asInt());
            Optional<String> next = RedfishAnswer.text(page.body().path("Members@odata.nextLink"));
            if (next.isEmpty() || !pages.add(next.get())) {
                return new Systems(List.copyOf(links), Math.max(count, links.size()));
            }
            if (pages.size() > MOST_PAGES) {
                throw service.failure(
                        Reason.REJECTED,
                        "its list of systems has more than " + MOST_PAGES
                                + " pages; put the path of one into the address: " + named(List.copyOf(links)));
            }
            page = service.read(next.get(), deadline);
        }
    }

    private static String named(List<String> links) {
        return ForeignText.line(String.join(", ", links.subList(0, Math.min(links.size(), MOST_NAMED_SYSTEMS))));
    }

    private boolean pause(Duration time, long deadline) throws InterruptedException {
        long left = deadline - clock.getAsLong();
        calls.pause(Duration.ofNanos(Math.min(left, time.toNanos())));
        return deadline - clock.getAsLong() > 0;
    }

    private <T> T inTurn(Call<T> call) throws InterruptedException {
        return inTurn(options.commandTimeout(), options.commandTimeout().dividedBy(PATIENT_PART), call);
    }

    private <T> T inTurn(Duration limit, Duration patience, Call<T> call) throws InterruptedException {
        long begun = clock.getAsLong();
        return calls.make(last -> {
            long deadline = Math.min(last, begun + limit.toNanos());
            patientUntil = begun + patience.toNanos();
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
