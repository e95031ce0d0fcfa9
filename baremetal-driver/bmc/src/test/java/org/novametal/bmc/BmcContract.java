package org.novametal.bmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;

/**
 * The contract of every {@link Bmc}. A subclass opens the BMC and gives the contract access to the machine behind it,
 * without the BMC; each test begins by putting the machine into a state with {@link #putMachine}.
 *
 * <p>A function that a peer lacks is a {@link Deviation}: the contract then asserts that the function is really missing.
 */
public abstract class BmcContract {
    /** A function that a peer lacks. */
    public enum Deviation {
        /** The override cannot be read back as it was set. */
        BOOT_OVERRIDE_IS_NOT_READ_BACK,
        /** The override does not distinguish one boot from all boots, nor BIOS from UEFI. */
        BOOT_OVERRIDE_IS_ONLY_A_DEVICE,
        /** The boot mode cannot be chosen, or the present one is not reported. */
        BOOT_MODE_CANNOT_BE_CHOSEN,
        /** An override for all boots applies to the next one only. */
        BOOT_OVERRIDE_APPLIES_ONCE,
        /** There is no diagnostic interrupt. */
        NO_DIAGNOSTIC_INTERRUPT,
        /** The cause of the last start cannot be read. */
        NO_RESTART_CAUSE,
        /** The machine cannot be sent into its firmware's setup. */
        NO_FIRMWARE_SETUP,
        /** The number of the machine's boots cannot be read; {@link #machineBoots} throws. */
        MACHINE_BOOTS_ARE_NOT_SEEN,
        /** The request to stop the operating system is accepted but has no effect. */
        SOFT_OFF_LEAVES_IT_ON,
        /** The reset of a machine that is off is accepted; the machine stays off. */
        RESET_OF_A_MACHINE_THAT_IS_OFF_IS_TAKEN,
        /** The machine's UUID cannot be read. */
        NO_SYSTEM_UUID,
        /** The duration of the machine's identification cannot be read; {@link #machineIdentifies} throws. */
        IDENTIFY_IS_NOT_SEEN,
        /** A break does not arrive at the machine's serial line. */
        CONSOLE_BREAKS_ARE_LOST,
        /** The machine identifies itself until it is stopped, regardless of the requested duration. */
        IDENTIFY_IS_NOT_TIMED,
        /** An unknown user is not distinguished from a wrong password. */
        UNKNOWN_USER_IS_A_WRONG_PASSWORD
    }

    /** The value of {@link #machineIdentifies} for a light that stays on until it is stopped. */
    protected static final Duration UNTIL_STOPPED = ChronoUnit.FOREVER.getDuration();

    /** All capabilities defined in the BMC API. */
    private static final List<Class<? extends BmcCapability>> CAPABILITIES_OF_THE_PORT = List.of(
            BootDeviceControl.class,
            PowerPolling.class,
            ChassisIdentify.class,
            DeviceInformation.class,
            RestartCauseInquiry.class,
            RawCommands.class,
            SerialConsole.class);

    /** How long the machine may take to perform a request to its BMC. */
    private static final Duration EFFECT_LIMIT = Duration.ofSeconds(15);

    private static final Duration POLL_LIMIT = Duration.ofSeconds(10);

    private final List<Bmc> opened = new ArrayList<>();

    /** The factory under test, the same one throughout a test. */
    protected abstract BmcFactory factory();

    /** The BMC's address. */
    protected abstract BmcAddress address();

    /** The BMC's correct user and password, both of at least four characters. */
    protected abstract BmcCredentials credentials();

    /** An address of the same protocol with the given UDP and TCP port, where nothing answers. */
    protected abstract BmcAddress addressAt(int port);

    /** Limits that suit the peer. */
    protected BmcOptions options() {
        return new BmcOptions(Duration.ofSeconds(10), Duration.ofMillis(250));
    }

    /** The functions that the peer lacks. */
    protected Set<Deviation> deviations() {
        return Set.of();
    }

    /** The exact capabilities that the client has for this peer, of those defined in the BMC API. */
    protected Set<Class<? extends BmcCapability>> capabilities() {
        return Set.of(BootDeviceControl.class);
    }

    /** Brings the machine into a state, without the BMC under test. */
    protected abstract void putMachine(ChassisPower power) throws Exception;

    /** The machine's own power state. */
    protected abstract ChassisPower machinePower();

    /** How often the machine has booted, after switching on, cycle or reset. */
    protected abstract int machineBoots();

    /** How many diagnostic interrupts the machine got. */
    protected abstract int machineInterrupts();

    /** The override for the machine's next boot. */
    protected abstract BootOverride machineBootOverride();

    /** The last requested duration of the machine's identification; zero if it was stopped. For {@link ChassisIdentify}. */
    protected Duration machineIdentifies() {
        throw missingHook("machineIdentifies", ChassisIdentify.class);
    }

    /** The peer's description. For {@link DeviceInformation}. */
    protected DeviceDescription device() {
        throw missingHook("device", DeviceInformation.class);
    }

    /** The machine's UUID. For {@link DeviceInformation}. */
    protected UUID systemUuid() {
        throw missingHook("systemUuid", DeviceInformation.class);
    }

    /** A command that the peer knows and that changes nothing, and what it answers. For {@link RawCommands}. */
    protected RawSample rawSample() {
        throw missingHook("rawSample", RawCommands.class);
    }

    /**
     * A raw command and its answer.
     *
     * @param networkFunction even
     * @param command the command's number
     * @param data the command's data, in hexadecimal digits
     * @param answer the completion code and the answer's data, in hexadecimal digits
     */
    public record RawSample(int networkFunction, int command, String data, String answer) {}

    /** Makes the machine print on its serial line. For {@link SerialConsole}. */
    protected void printOnConsole(String text) {
        throw missingHook("printOnConsole", SerialConsole.class);
    }

    /** What was typed on the machine's serial line. For {@link SerialConsole}. */
    protected String typedOnConsole() {
        throw missingHook("typedOnConsole", SerialConsole.class);
    }

    /** How many breaks the machine's serial line got. For {@link SerialConsole}. */
    protected int breaksOnConsole() {
        throw missingHook("breaksOnConsole", SerialConsole.class);
    }

    private static UnsupportedOperationException missingHook(String hook, Class<? extends BmcCapability> capability) {
        return new UnsupportedOperationException(
                "a peer with " + capability.getSimpleName() + " has to override " + hook + "()");
    }

    /** Makes the BMC drop all sessions, as when it restarts. */
    protected abstract void forgetSessions() throws Exception;

    /** A BMC that is closed after the test. */
    protected final Bmc open() {
        return open(address(), credentials(), options());
    }

    private Bmc open(BmcAddress address, BmcCredentials credentials, BmcOptions options) {
        Bmc bmc = factory().open(address, credentials, options);
        opened.add(bmc);
        return bmc;
    }

    @AfterEach
    final void closeAll() {
        opened.forEach(Bmc::close);
    }

    @Test
    void powerIsReadFromTheMachine() throws Exception {
        Bmc bmc = open();

        putMachine(ChassisPower.OFF);
        assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
        putMachine(ChassisPower.ON);
        assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
    }

    @Test
    void theHandleKnowsItsAddress() {
        assertThat(open().address()).isEqualTo(address());
    }

    @Test
    void onSwitchesTheMachineOn() throws Exception {
        putMachine(ChassisPower.OFF);
        Boots boots = new Boots();

        open().requestPower(PowerAction.ON);

        eventually("the machine is on", () -> machinePower() == ChassisPower.ON);
        assertThat(boots.areMoreBy(1)).isTrue();
    }

    /** Counts the machine's boots since a point in the test. */
    private final class Boots {
        private final int before;

        Boots() {
            if (areNotSeen()) {
                assertThatThrownBy(BmcContract.this::machineBoots).isInstanceOf(UnsupportedOperationException.class);
                before = 0;
            } else {
                before = machineBoots();
            }
        }

        boolean areMoreBy(int count) {
            return areNotSeen() || machineBoots() == before + count;
        }

        private boolean areNotSeen() {
            return deviations().contains(Deviation.MACHINE_BOOTS_ARE_NOT_SEEN);
        }
    }

    @Test
    void offSwitchesTheMachineOff() throws Exception {
        putMachine(ChassisPower.ON);

        open().requestPower(PowerAction.OFF);

        eventually("the machine is off", () -> machinePower() == ChassisPower.OFF);
    }

    @Test
    void softOffSwitchesTheMachineOff() throws Exception {
        putMachine(ChassisPower.ON);

        open().requestPower(PowerAction.SOFT_OFF);

        if (deviations().contains(Deviation.SOFT_OFF_LEAVES_IT_ON)) {
            assertThat(machinePower()).isEqualTo(ChassisPower.ON);
        } else {
            eventually("the machine is off", () -> machinePower() == ChassisPower.OFF);
        }
    }

    @Test
    void cycleBootsTheMachineAgain() throws Exception {
        putMachine(ChassisPower.ON);
        Boots boots = new Boots();

        open().requestPower(PowerAction.CYCLE);

        eventually("the machine booted again", () -> boots.areMoreBy(1) && machinePower() == ChassisPower.ON);
    }

    @Test
    void cycleOfAMachineThatIsOffSwitchesItOn() throws Exception {
        putMachine(ChassisPower.OFF);

        open().requestPower(PowerAction.CYCLE);

        eventually("the machine is on", () -> machinePower() == ChassisPower.ON);
    }

    @Test
    void resetBootsTheMachineAgain() throws Exception {
        putMachine(ChassisPower.ON);
        Boots boots = new Boots();

        open().requestPower(PowerAction.RESET);

        eventually("the machine booted again", () -> boots.areMoreBy(1) && machinePower() == ChassisPower.ON);
    }

    @Test
    void resetOfAMachineThatIsOffIsRejected() throws Exception {
        putMachine(ChassisPower.OFF);
        Bmc bmc = open();

        if (deviations().contains(Deviation.RESET_OF_A_MACHINE_THAT_IS_OFF_IS_TAKEN)) {
            bmc.requestPower(PowerAction.RESET);
        } else {
            assertFails(Reason.REJECTED, () -> bmc.requestPower(PowerAction.RESET));
        }
        assertThat(machinePower()).isEqualTo(ChassisPower.OFF);
    }

    @Test
    void onOfAMachineThatIsOnSucceedsAndLeavesItAlone() throws Exception {
        putMachine(ChassisPower.ON);
        Boots boots = new Boots();
        Bmc bmc = open();

        bmc.requestPower(PowerAction.ON);

        assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
        assertThat(boots.areMoreBy(0)).isTrue();
    }

    @Test
    void offAndSoftOffOfAMachineThatIsOffSucceed() throws Exception {
        putMachine(ChassisPower.OFF);
        Bmc bmc = open();

        bmc.requestPower(PowerAction.OFF);
        bmc.requestPower(PowerAction.SOFT_OFF);

        assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
    }

    @Test
    void aDiagnosticInterruptReachesTheMachine() throws Exception {
        putMachine(ChassisPower.ON);
        int interrupts = machineInterrupts();
        Bmc bmc = open();

        if (deviations().contains(Deviation.NO_DIAGNOSTIC_INTERRUPT)) {
            assertThatThrownBy(() -> bmc.requestPower(PowerAction.DIAGNOSTIC_INTERRUPT))
                    .isInstanceOfSatisfying(
                            BmcException.class, e -> assertThat(e.reason()).isIn(Reason.REJECTED, Reason.UNSUPPORTED));
            return;
        }
        bmc.requestPower(PowerAction.DIAGNOSTIC_INTERRUPT);
        eventually("the machine was interrupted", () -> machineInterrupts() == interrupts + 1);
        assertThat(machinePower()).isEqualTo(ChassisPower.ON);
    }

    @Test
    void itHasTheCapabilitiesOfItsPeerAndNoOthers() {
        Bmc bmc = open();

        assertThat(CAPABILITIES_OF_THE_PORT.stream()
                        .filter(type -> bmc.capability(type).isPresent()))
                .containsExactlyInAnyOrderElementsOf(capabilities());
    }

    /**
     * A capability, if the peer has it; {@link #itHasTheCapabilitiesOfItsPeerAndNoOthers} checks that the client then has
     * it.
     */
    private <C extends BmcCapability> Optional<C> expected(Bmc bmc, Class<C> type) {
        Optional<C> found = bmc.capability(type);
        assertThat(found.isPresent())
                .as(type.getSimpleName())
                .isEqualTo(capabilities().contains(type));
        return found;
    }

    @Test
    void aPollReadsThePowerFromTheMachine() throws Exception {
        Optional<PowerPolling> polling = expected(open(), PowerPolling.class);
        if (polling.isPresent()) {
            putMachine(ChassisPower.ON);
            assertThat(poll(polling.get())).isEqualTo(ChassisPower.ON);
            putMachine(ChassisPower.OFF);
            assertThat(poll(polling.get())).isEqualTo(ChassisPower.OFF);
        }
    }

    @Test
    void pollsAndCallsAtOnceAllGetTheirAnswer() throws Exception {
        putMachine(ChassisPower.ON);
        Bmc bmc = open();
        Optional<PowerPolling> polling = expected(bmc, PowerPolling.class);
        if (polling.isPresent()) {
            List<CompletableFuture<ChassisPower>> polls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                polls.add(polling.get().pollPower(POLL_LIMIT));
            }
            assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
            for (CompletableFuture<ChassisPower> poll : polls) {
                assertThat(poll.get(POLL_LIMIT.toSeconds() + 5, TimeUnit.SECONDS))
                        .isEqualTo(ChassisPower.ON);
            }
        }
    }

    @Test
    void aPollOfASilentBmcFailsWithinItsLimitAndLaterOnesWithoutAsking() throws Exception {
        try (SilentPort silent = SilentPort.open()) {
            Bmc bmc = open(
                    addressAt(silent.port()),
                    credentials(),
                    new BmcOptions(Duration.ofMillis(800), Duration.ofMillis(100)));
            Optional<PowerPolling> polling = expected(bmc, PowerPolling.class);
            if (polling.isPresent()) {
                for (int i = 0; i < 8; i++) {
                    assertPollFails(polling.get(), Duration.ofMillis(300), Reason.UNREACHABLE);
                }
                assertThat(silent.hasCalled()).as("it was asked at first").isTrue();
                eventually("what it was asked is read", () -> !silent.hasCalled());

                assertPollFails(polling.get(), Duration.ofSeconds(20), Reason.UNREACHABLE);
                assertThat(silent.hasCalled()).as("it is not asked any more").isFalse();
                assertFails(Reason.UNREACHABLE, bmc::readPower);
                assertThat(silent.hasCalled()).as("a call asks always").isTrue();
            }
        }
    }

    @Test
    void aPollOfAClosedHandleSaysSo() {
        Bmc bmc = open();
        Optional<PowerPolling> polling = expected(bmc, PowerPolling.class);
        bmc.close();
        polling.ifPresent(asked -> assertPollFails(asked, POLL_LIMIT, Reason.CLOSED));
    }

    @Test
    void aCancelledPollLeavesTheBmcUsable() throws Exception {
        putMachine(ChassisPower.ON);
        Optional<PowerPolling> polling = expected(open(), PowerPolling.class);
        if (polling.isPresent()) {
            CompletableFuture<ChassisPower> given = polling.get().pollPower(POLL_LIMIT);
            boolean isCancelled = given.cancel(true);

            assertThat(given.isCancelled()).isEqualTo(isCancelled);
            assertThat(poll(polling.get())).isEqualTo(ChassisPower.ON);
        }
    }

    private static ChassisPower poll(PowerPolling polling) throws Exception {
        return polling.pollPower(POLL_LIMIT).get(POLL_LIMIT.toSeconds() + 5, TimeUnit.SECONDS);
    }

    private static void assertPollFails(PowerPolling polling, Duration limit, Reason reason) {
        CompletableFuture<ChassisPower> asked = polling.pollPower(limit);
        assertThatThrownBy(() -> asked.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        BmcException.class,
                        e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }

    @Test
    void identifyReachesTheMachine() throws Exception {
        Optional<ChassisIdentify> identify = expected(open(), ChassisIdentify.class);
        if (identify.isPresent()) {
            identify.get().identify(Duration.ofSeconds(42));
            assertIdentifies(Duration.ofSeconds(42));
            identify.get().identify(Duration.ofMillis(7_001));
            assertIdentifies(Duration.ofSeconds(8));
            identify.get().identify(Duration.ofHours(1));
            assertIdentifies(UNTIL_STOPPED);
            identify.get().identify(Duration.ZERO);
            assertIdentifies(Duration.ZERO);
        }
    }

    private void assertIdentifies(Duration asked) {
        if (deviations().contains(Deviation.IDENTIFY_IS_NOT_SEEN)) {
            assertThatThrownBy(this::machineIdentifies).isInstanceOf(UnsupportedOperationException.class);
            return;
        }
        boolean isTimed = !deviations().contains(Deviation.IDENTIFY_IS_NOT_TIMED);
        Duration wanted = isTimed || asked.isZero() ? asked : UNTIL_STOPPED;
        eventually(
                "the machine shows itself for " + wanted,
                () -> machineIdentifies().equals(wanted));
    }

    @Test
    void theBmcAndItsMachineAreDescribed() throws Exception {
        Optional<DeviceInformation> information = expected(open(), DeviceInformation.class);
        if (information.isPresent()) {
            assertThat(information.get().readDevice()).isEqualTo(device());
            if (deviations().contains(Deviation.NO_SYSTEM_UUID)) {
                assertFails(Reason.UNSUPPORTED, information.get()::readSystemUuid);
            } else {
                assertThat(information.get().readSystemUuid()).isEqualTo(systemUuid());
            }
        }
    }

    @Test
    void aStartByTheBmcHasThatForItsCause() throws Exception {
        putMachine(ChassisPower.OFF);
        Bmc bmc = open();
        Optional<RestartCauseInquiry> inquiry = expected(bmc, RestartCauseInquiry.class);
        if (inquiry.isPresent()) {
            bmc.requestPower(PowerAction.ON);
            if (deviations().contains(Deviation.NO_RESTART_CAUSE)) {
                assertFails(Reason.UNSUPPORTED, inquiry.get()::readRestartCause);
            } else {
                assertThat(inquiry.get().readRestartCause()).isEqualTo(RestartCause.CHASSIS_CONTROL);
            }
        }
    }

    @Test
    void rawCommandsAreSentWhereTheyAreAllowed() throws Exception {
        Optional<RawCommands> commands = expected(
                open(address(), credentials(), options().withRawAccess(BmcOptions.RawAccess.ALLOWED)),
                RawCommands.class);
        if (commands.isPresent()) {
            RawSample sample = rawSample();
            byte[] answer = commands.get()
                    .raw(
                            sample.networkFunction(),
                            sample.command(),
                            HexFormat.of().parseHex(sample.data()));
            assertThat(HexFormat.of().formatHex(answer)).isEqualTo(sample.answer());
            assertThatThrownBy(() -> commands.get().raw(0x07, 0x01, new byte[0]))
                    .as("an odd network function")
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void rawCommandsAreRefusedUnlessTheyAreAllowed() {
        Optional<RawCommands> commands = expected(open(), RawCommands.class);
        if (commands.isPresent()) {
            RawSample sample = rawSample();
            assertFails(
                    Reason.REJECTED, () -> commands.get().raw(sample.networkFunction(), sample.command(), new byte[0]));
        }
    }

    @Test
    void aBootOverrideReachesTheMachineAndIsReadBack() throws Exception {
        BootDeviceControl control = open().capability(BootDeviceControl.class).orElseThrow();
        putMachine(ChassisPower.OFF);

        int unread = 0;
        for (BootDevice device : BootDevice.values()) {
            if (device == BootDevice.NONE) {
                continue;
            }
            if (device == BootDevice.FIRMWARE_SETUP && deviations().contains(Deviation.NO_FIRMWARE_SETUP)) {
                BootOverride setup = new BootOverride(device, BootPersistence.ONCE, BootFirmware.UEFI);
                assertFails(Reason.UNSUPPORTED, () -> control.setBootOverride(setup));
                continue;
            }
            for (BootPersistence persistence : BootPersistence.values()) {
                for (BootFirmware firmware : List.of(BootFirmware.BIOS, BootFirmware.UEFI)) {
                    boolean isOfMachine = deviations().contains(Deviation.BOOT_MODE_CANNOT_BE_CHOSEN);
                    BootOverride wanted =
                            new BootOverride(device, persistence, isOfMachine ? BootFirmware.UNSPECIFIED : firmware);
                    control.setBootOverride(wanted);
                    assertMachineBoots(wanted);
                    unread += isAsSet(control.readBootOverride(), wanted) ? 0 : 1;
                }
            }
        }

        if (deviations().contains(Deviation.BOOT_OVERRIDE_IS_NOT_READ_BACK)) {
            assertThat(unread).isPositive();
        } else {
            assertThat(unread).isZero();
        }
    }

    private void assertMachineBoots(BootOverride wanted) {
        BootOverride seen = machineBootOverride();
        assertThat(seen.device()).isEqualTo(wanted.device());
        if (!deviations().contains(Deviation.BOOT_OVERRIDE_IS_ONLY_A_DEVICE)) {
            assertThat(isAsSet(seen, wanted))
                    .as("the machine has %s, wanted was %s", seen, wanted)
                    .isTrue();
        }
    }

    private boolean isAsSet(BootOverride seen, BootOverride wanted) {
        BootPersistence persistence = deviations().contains(Deviation.BOOT_OVERRIDE_APPLIES_ONCE)
                ? BootPersistence.ONCE
                : wanted.persistence();
        BootFirmware firmware = wanted.firmware() == BootFirmware.UNSPECIFIED ? seen.firmware() : wanted.firmware();
        return seen.equals(new BootOverride(wanted.device(), persistence, firmware));
    }

    @Test
    void aBootDeviceCanBeSetWithoutABootMode() throws Exception {
        BootDeviceControl control = open().capability(BootDeviceControl.class).orElseThrow();

        control.setBootOverride(new BootOverride(BootDevice.DISK, BootPersistence.ONCE, BootFirmware.UNSPECIFIED));

        assertThat(machineBootOverride().device()).isEqualTo(BootDevice.DISK);
    }

    @Test
    void aBootOverrideCanBeTakenAway() throws Exception {
        BootDeviceControl control = open().capability(BootDeviceControl.class).orElseThrow();
        BootFirmware firmware = deviations().contains(Deviation.BOOT_MODE_CANNOT_BE_CHOSEN)
                ? BootFirmware.UNSPECIFIED
                : BootFirmware.BIOS;
        control.setBootOverride(new BootOverride(BootDevice.NETWORK, BootPersistence.PERSISTENT, firmware));

        control.setBootOverride(new BootOverride(BootDevice.NONE, BootPersistence.ONCE, firmware));

        assertThat(machineBootOverride().device()).isEqualTo(BootDevice.NONE);
        assertThat(control.readBootOverride().device()).isEqualTo(BootDevice.NONE);
    }

    @Test
    void aWrongPasswordHasItsOwnReason() throws Exception {
        BmcCredentials wrong = new BmcCredentials(credentials().username(), "not-this-one");
        Bmc bmc = open(address(), wrong, options());

        assertFails(Reason.WRONG_PASSWORD, bmc::readPower);
        // Other logins are not locked out.
        open().readPower();
    }

    @Test
    void anUnknownUserHasItsOwnReason() throws Exception {
        Bmc bmc =
                open(address(), new BmcCredentials("nobody-here", credentials().password()), options());

        boolean isReported = !deviations().contains(Deviation.UNKNOWN_USER_IS_A_WRONG_PASSWORD);
        assertFails(isReported ? Reason.UNKNOWN_USER : Reason.WRONG_PASSWORD, bmc::readPower);
        open().readPower();
    }

    @Test
    void aBmcThatDoesNotAnswerIsUnreachableWithinTheLimit() throws IOException {
        try (SilentPort silent = SilentPort.open()) {
            BmcOptions limits = new BmcOptions(Duration.ofMillis(800), Duration.ofMillis(100));
            Bmc bmc = open(addressAt(silent.port()), credentials(), limits);
            long begin = System.nanoTime();

            assertFails(Reason.UNREACHABLE, bmc::readPower);

            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isBetween(Duration.ofMillis(100), Duration.ofSeconds(8));
        }
    }

    @Test
    void aHostThatDoesNotResolveIsUnreachable() {
        BmcAddress nowhere = new BmcAddress(
                address().scheme(), "no-such-host.invalid", 623, address().path());
        Bmc bmc = open(nowhere, credentials(), options());

        assertFails(Reason.UNREACHABLE, bmc::readPower);
    }

    @Test
    void aClosedHandleSaysSo() throws Exception {
        Bmc bmc = open();
        bmc.readPower();

        bmc.close();
        bmc.close();

        assertFails(Reason.CLOSED, bmc::readPower);
        assertFails(Reason.CLOSED, () -> bmc.requestPower(PowerAction.ON));
    }

    @Test
    void closingEndsACallThatWaits() throws Exception {
        try (SilentPort silent = SilentPort.open();
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Bmc bmc = open(
                    addressAt(silent.port()),
                    credentials(),
                    new BmcOptions(Duration.ofSeconds(60), Duration.ofMillis(100)));
            Future<ChassisPower> call = callers.submit(bmc::readPower);
            eventually("the call is under way", silent::hasCalled);
            long begin = System.nanoTime();

            bmc.close();

            // Much less than the call's limit; a busy machine needs more than a second.
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
            assertThatThrownBy(() -> call.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            BmcException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CLOSED));
        }
    }

    @Test
    void callersAtOnceAllGetTheirAnswer() throws Exception {
        putMachine(ChassisPower.ON);
        Bmc first = open();
        Bmc second = open();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ChassisPower>> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                Bmc bmc = i % 2 == 0 ? first : second;
                answers.add(callers.submit(bmc::readPower));
            }
            for (Future<ChassisPower> answer : answers) {
                assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(ChassisPower.ON);
            }
        }
    }

    @Test
    void anInterruptedCallerLeavesTheBmcUsable() throws Exception {
        putMachine(ChassisPower.ON);
        Bmc bmc = open();
        Bmc other = open();
        other.readPower();

        Thread.currentThread().interrupt();
        assertThatThrownBy(bmc::readPower).isInstanceOf(InterruptedException.class);

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
        assertThat(other.readPower()).isEqualTo(ChassisPower.ON);
    }

    @Test
    void aSessionThatTheBmcForgotIsReplacedWithinTheCall() throws Exception {
        putMachine(ChassisPower.OFF);
        Bmc bmc = open();
        bmc.readPower();

        forgetSessions();

        bmc.requestPower(PowerAction.ON);
        eventually("the machine is on", () -> machinePower() == ChassisPower.ON);
        assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
    }

    @Test
    void aConsoleHearsTheMachineAndTypesToIt() throws Exception {
        Optional<SerialConsole> console = expected(open(), SerialConsole.class);
        if (console.isPresent()) {
            putMachine(ChassisPower.ON);
            Heard heard = new Heard();
            try (SerialConsole.Connection connection = console.get().connect(heard)) {
                printOnConsole("login: ");
                eventually("the prompt is heard", () -> heard.text().contains("login: "));
                connection.write("root\r".getBytes(StandardCharsets.US_ASCII));
                connection.sendBreak();
                connection.write("password\r".getBytes(StandardCharsets.US_ASCII));
                eventually("the machine has all of it", () -> typedOnConsole().equals("root\rpassword\r"));
                boolean areLost = deviations().contains(Deviation.CONSOLE_BREAKS_ARE_LOST);
                assertThat(breaksOnConsole()).isEqualTo(areLost ? 0 : 1);
            }
        }
    }

    @Test
    void aBmcIsStillCalledWhileItsConsoleIsOpen() throws Exception {
        Bmc bmc = open();
        Optional<SerialConsole> console = expected(bmc, SerialConsole.class);
        if (console.isPresent()) {
            putMachine(ChassisPower.ON);
            Heard heard = new Heard();
            try (SerialConsole.Connection connection = console.get().connect(heard)) {
                assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
                connection.write("x".getBytes(StandardCharsets.US_ASCII));
                assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
            }
        }
    }

    @Test
    void aSecondConnectionToAConsoleIsRefusedAndAfterTheFirstThereIsRoom() throws Exception {
        Optional<SerialConsole> console = expected(open(), SerialConsole.class);
        if (console.isPresent()) {
            putMachine(ChassisPower.ON);
            SerialConsole.Connection first = console.get().connect(new Heard());
            assertFails(Reason.BUSY, () -> console.get().connect(new Heard()));
            first.close();
            first.close();
            assertThatThrownBy(() -> first.write(new byte[] {'x'})).isInstanceOf(BmcException.class);
            console.get().connect(new Heard()).close();
        }
    }

    @Test
    void aLostSessionIsToldToTheConsole() throws Exception {
        Bmc bmc = open();
        Optional<SerialConsole> console = expected(bmc, SerialConsole.class);
        if (console.isPresent()) {
            putMachine(ChassisPower.ON);
            Heard heard = new Heard();
            SerialConsole.Connection connection = console.get().connect(heard);

            forgetSessions();
            assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);

            eventually("the end is reported", heard::hasEnded);
            connection.close();
        }
    }

    /** The output of a console. Safe for several threads. */
    private static final class Heard implements SerialConsole.Receiver {
        private final StringBuilder text = new StringBuilder();
        private boolean ended;

        @Override
        public synchronized void received(byte[] bytes) {
            text.append(new String(bytes, StandardCharsets.US_ASCII));
        }

        @Override
        public synchronized void ended(BmcException cause) {
            ended = true;
        }

        synchronized String text() {
            return text.toString();
        }

        synchronized boolean hasEnded() {
            return ended;
        }
    }

    @Test
    void anUnknownCapabilityIsAbsent() {
        assertThat(open().capability(NoSuchCapability.class)).isEmpty();
    }

    private interface NoSuchCapability extends BmcCapability {}

    private void assertFails(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(BmcException.class, e -> {
            assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
            assertThat(e.getMessage()).doesNotContain(credentials().password());
        });
    }

    private static void eventually(String what, BooleanSupplier condition) {
        Eventually.eventually(EFFECT_LIMIT, what, condition);
    }
}
