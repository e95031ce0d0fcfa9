package org.novametal.bmc.ipmi.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;

/** Golden vectors: traffic of ipmitool, FreeIPMI and ipmi_sim; each file names the two programs. */
class CapturedTrafficTest {
    @Test
    void ipmitoolSetsABootDeviceOnIpmiSimWithSuite3() {
        CapturedConversation conversation = CapturedConversation.read("suite3-set-boot-device.txt");

        assertThat(conversation.checkedCodes()).isEqualTo(3);
        IpmiRequest flags = conversation.requests().stream()
                .filter(request -> request.command() == IpmiCommand.SET_SYSTEM_BOOT_OPTIONS.code()
                        && request.data().at(0) == BootOption.BOOT_FLAGS.code())
                .findFirst()
                .orElseThrow();
        assertThat(flags.data()).isEqualTo(Bytes.fromHex("05e004000000"));
        BootOverride override = new BootOverride(BootDevice.NETWORK, BootPersistence.PERSISTENT, BootFirmware.UEFI);
        assertThat(BootFlags.decode(flags.data().slice(1, 6))).contains(override);
        assertThat(BootOption.BOOT_FLAGS.setRequest(BootFlags.encode(override))).isEqualTo(flags.data());
    }

    @Test
    void ipmiSimTellsWhoItIs() {
        CapturedConversation conversation = CapturedConversation.read("suite3-device-id.txt");

        IpmiResponse response = answer(conversation, IpmiCommand.GET_DEVICE_ID);
        DeviceId id = DeviceId.decode(response.data());
        assertThat(id).isEqualTo(new DeviceId(0, 3, 9, 8, 2, 0x9f, 0x1291, 0xf02));
        assertThat(response.data().slice(0, id.encode().length())).isEqualTo(id.encode());
    }

    @Test
    void ipmiSimSaysWhatItAuthenticatesBy() {
        CapturedConversation conversation = CapturedConversation.read("suite3-device-id.txt");

        AuthenticationCapabilities capabilities = AuthenticationCapabilities.decode(
                answer(conversation, IpmiCommand.GET_CHANNEL_AUTHENTICATION_CAPABILITIES)
                        .data());
        assertThat(capabilities).isEqualTo(new AuthenticationCapabilities(1, 0x97, 0x05, 0x03));
        assertThat(capabilities.hasIpmi2()).isTrue();
    }

    @Test
    void ipmitoolSwitchesAMachineOnWithSuite17() {
        CapturedConversation conversation = CapturedConversation.read("suite17-power-on.txt");

        assertThat(conversation.checkedCodes()).isEqualTo(3);
        IpmiRequest control = conversation.requests().stream()
                .filter(request -> request.networkFunction() == IpmiCommand.CHASSIS_CONTROL.networkFunction()
                        && request.command() == IpmiCommand.CHASSIS_CONTROL.code())
                .findFirst()
                .orElseThrow();
        assertThat(ChassisControl.decode(control.data())).contains(PowerAction.ON);
        assertThat(ChassisControl.encode(PowerAction.ON)).isEqualTo(control.data());
    }

    @Test
    void freeIpmiReadsThePowerWithSuite17() {
        CapturedConversation conversation = CapturedConversation.read("suite17-freeipmi-status.txt");

        assertThat(conversation.checkedCodes()).isEqualTo(3);
        assertThat(ChassisStatus.decode(answer(conversation, IpmiCommand.GET_CHASSIS_STATUS)
                                .data())
                        .power())
                .isEqualTo(ChassisPower.ON);
    }

    @Test
    void ipmitoolOpensAConsoleOnIpmiSim() {
        CapturedConversation conversation = CapturedConversation.read("suite3-sol.txt");

        IpmiRequest activation = request(conversation, IpmiCommand.ACTIVATE_PAYLOAD);
        assertThat(PayloadInstance.decode(activation.data()))
                .isEqualTo(new PayloadInstance(PayloadType.SERIAL_OVER_LAN, 1, 0xc6));
        assertThat(PayloadInstance.decode(activation.data()).encode()).isEqualTo(activation.data());
        Bytes activated = answer(conversation, IpmiCommand.ACTIVATE_PAYLOAD).data();
        assertThat(PayloadActivation.decode(activated)).isEqualTo(new PayloadActivation(0, 32, 0x4000, 19_001));
        assertThat(PayloadActivation.decode(activated).encode()).isEqualTo(activated);
        assertThat(request(conversation, IpmiCommand.DEACTIVATE_PAYLOAD).data())
                .isEqualTo(PayloadInstance.SOL_DEACTIVATION.encode());
    }

    @Test
    void whatIsTypedAndPrintedIsNumberedAndAcknowledged() {
        CapturedConversation conversation = CapturedConversation.read("suite3-sol.txt");

        assertThat(conversation.typed())
                .filteredOn(packet -> packet.sequence() != 0)
                .containsExactly(
                        SolPacket.ofData(1, ascii("hello")),
                        SolPacket.ofData(2, ascii("\r")),
                        SolPacket.ofData(3, Bytes.EMPTY).with(SolOperation.BREAK),
                        SolPacket.ofData(4, ascii("\r")));
        assertThat(conversation.printed())
                .startsWith(
                        SolPacket.ofData(1, ascii("tick 2\r\n")),
                        SolPacket.acknowledgement(1, 5),
                        SolPacket.ofData(2, ascii("HELLO")))
                .contains(SolPacket.acknowledgement(3, 0));
        assertThat(conversation.typed()).contains(SolPacket.acknowledgement(1, 8), SolPacket.acknowledgement(2, 5));
    }

    @Test
    void ipmitoolAsksForTheSuitesOutsideOfASession() {
        CapturedConversation conversation = CapturedConversation.read("suite-query-boot-flags.txt");

        assertThat(answer(conversation, IpmiCommand.GET_CHANNEL_CIPHER_SUITES).data())
                .isEqualTo(Bytes.fromHex("01c011034481c003014181"));
        assertThat(BootOption.BOOT_FLAGS.readResponse(answer(conversation, IpmiCommand.GET_SYSTEM_BOOT_OPTIONS)
                        .data()))
                .isEqualTo(Bytes.fromHex("0000000000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"key-of-the-bmc", "0x6b65792d6f662d7468652d626d63000000000000"})
    void ipmitoolIdentifiesAMachineWhoseBmcHasAKey(String key) {
        BmcCredentials credentials = new BmcCredentials("admin", "s3cret", Optional.of(key));
        CapturedConversation conversation = CapturedConversation.read("suite3-key-identify.txt", credentials);

        assertThat(conversation.checkedCodes()).isEqualTo(3);
        Bytes data = request(conversation, IpmiCommand.CHASSIS_IDENTIFY).data();
        assertThat(data).isEqualTo(IdentifyInterval.encode(Duration.ofSeconds(7)));
        assertThat(IdentifyInterval.decode(data)).isEqualTo(Duration.ofSeconds(7));
        assertThat(answer(conversation, IpmiCommand.CHASSIS_IDENTIFY).completionCode())
                .isZero();
    }

    @Test
    void ipmitoolIdentifiesAMachineUntilItIsStopped() {
        BmcCredentials credentials = new BmcCredentials("admin", "s3cret", Optional.of("key-of-the-bmc"));
        CapturedConversation conversation = CapturedConversation.read("suite3-key-identify-force.txt", credentials);

        assertThat(IdentifyInterval.decode(
                        request(conversation, IpmiCommand.CHASSIS_IDENTIFY).data()))
                .isEqualTo(IdentifyInterval.UNTIL_STOPPED);
    }

    @Test
    void ipmiSimRefusesSuite17InTwoBytes() {
        assertThat(CapturedConversation.read("suite17-refused.txt").refusals())
                .containsExactly(new SetupRefusal(0, RmcpStatus.INVALID_AUTHENTICATION.code(), OptionalInt.empty()));
    }

    @Test
    void ipmiSimRefusesAnUnknownUserInAFullMessage() {
        assertThat(CapturedConversation.read("unknown-user.txt").refusals())
                .containsExactly(SetupRefusal.of(0, RmcpStatus.UNAUTHORIZED_NAME, 0xa0a2a3a4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"suite17-refused.txt", "unknown-user.txt", "suite3-device-id.txt"})
    void everyAnswerLeadsToItsSessionOrNamesNone(String name) {
        for (Bytes datagram : CapturedConversation.read(name).datagrams()) {
            if (RmcpFrame.decode(datagram) instanceof SessionFrame packet
                    && packet.consoleSessionId().isPresent()) {
                assertThat(packet.consoleSessionId().getAsInt()).isNotZero();
            }
        }
    }

    private static IpmiRequest request(CapturedConversation conversation, IpmiCommand command) {
        return conversation.requests().stream()
                .filter(request ->
                        request.networkFunction() == command.networkFunction() && request.command() == command.code())
                .findFirst()
                .orElseThrow();
    }

    private static Bytes ascii(String text) {
        return Bytes.copyOf(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static IpmiResponse answer(CapturedConversation conversation, IpmiCommand command) {
        return conversation.responses().stream()
                .filter(response ->
                        response.networkFunction() == command.networkFunction() && response.command() == command.code())
                .findFirst()
                .orElseThrow();
    }
}
