package org.novametal.bmc.redfish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.bmc.BmcFailures.assertFails;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootDeviceControl;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.DeviceInformation;
import org.novametal.bmc.PowerAction;
import org.novametal.fake.FakeRedfishBmc;
import org.novametal.fake.FakeRedfishBmc.Transport;
import org.novametal.fake.FakeRedfishProfile;
import org.novametal.fake.FakeRedfishProfile.Quirk;
import org.novametal.fake.SwitchChassis;

/** Combinations and variants of vendors' behaviours: each kind again with another input. */
class FurtherVendorBehaviourTest {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret-of-the-bmc");
    private static final BmcOptions OPTIONS = new BmcOptions(Duration.ofSeconds(10), Duration.ofMillis(20));
    private static final String GET_SYSTEM = "GET " + ScriptedService.SYSTEM;
    private static final String SESSIONS = "/redfish/v1/SessionService/Sessions";
    private static final BootOverride NETWORK_ONCE =
            new BootOverride(BootDevice.NETWORK, BootPersistence.ONCE, BootFirmware.UNSPECIFIED);

    private final SwitchChassis chassis = new SwitchChassis();
    private final ScriptedService scripted = new ScriptedService();
    private final RedfishBmcFactory factory = new RedfishBmcFactory();

    @AfterEach
    void close() {
        factory.close();
        scripted.close();
    }

    private Bmc openScripted() {
        return factory.open(scripted.address(), ADMIN, OPTIONS);
    }

    private void assertSwitchesAndBoots(FakeRedfishProfile profile) throws Exception {
        try (FakeRedfishBmc fake = FakeRedfishBmc.start(ADMIN, chassis, profile, Transport.PLAIN)) {
            Bmc bmc = factory.open(fake.address(), ADMIN, OPTIONS);
            bmc.capability(BootDeviceControl.class).orElseThrow().setBootOverride(NETWORK_ONCE);
            assertThat(chassis.bootOverride().device()).isEqualTo(BootDevice.NETWORK);
            fake.forgetSessions();
            bmc.requestPower(PowerAction.ON);
            assertThat(chassis.isOn()).isTrue();
            bmc.requestPower(PowerAction.OFF);
            assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
            bmc.close();
        }
    }

    @Test
    void aServiceWithSettingsAloneThatDemandsVersionsWhichNeverMatchIsSwitchedAndBooted() throws Exception {
        assertSwitchesAndBoots(
                FakeRedfishProfile.DEFAULTS.withQuirks(Quirk.BOOT_IN_SETTINGS, Quirk.ETAG_NEVER_MATCHES));
    }

    @Test
    void aServiceWithoutSessionsThatRedirectsAllIsSwitchedAndBooted() throws Exception {
        assertSwitchesAndBoots(FakeRedfishProfile.DEFAULTS.withQuirks(Quirk.NO_SESSIONS, Quirk.SLASH_REDIRECT_OF_ALL));
    }

    @Test
    void aServiceWithWeakVersionsOnceAloneAndA403ForEndedSessionsIsSwitchedAndBooted() throws Exception {
        assertSwitchesAndBoots(FakeRedfishProfile.DEFAULTS.withQuirks(
                Quirk.ETAG_TAKEN_AS_STRONG, Quirk.ETAG_REQUIRED, Quirk.ONLY_ONCE, Quirk.SESSION_OVER_IS_403));
    }

    @Test
    void aServiceWithTasksSmallLettersAndForeignLinksIsSwitchedAndBooted() throws Exception {
        assertSwitchesAndBoots(
                FakeRedfishProfile.DEFAULTS.withQuirks(Quirk.TASK_MONITORS, Quirk.SMALL_LETTERS, Quirk.FOREIGN_LINKS));
    }

    @Test
    void aBoardBesideASystemThatAnswersWithoutJsonIsSwitchedAndBooted() throws Exception {
        assertSwitchesAndBoots(FakeRedfishProfile.DEFAULTS
                .withSystemId("System_0")
                .withQuirks(Quirk.BOARD_IS_FIRST_SYSTEM, Quirk.EMPTY_SUCCESS, Quirk.NO_MODE));
    }

    @Test
    void aServiceWithOneSessionThatAnotherHoldsIsSwitchedAndBooted() throws Exception {
        FakeRedfishProfile profile = FakeRedfishProfile.DEFAULTS.withMaximumSessions(1);
        try (FakeRedfishBmc fake = FakeRedfishBmc.start(ADMIN, chassis, profile, Transport.PLAIN)) {
            Bmc holder = factory.open(fake.address(), ADMIN, OPTIONS);
            holder.readPower();

            assertThat(factory.open(fake.address(), ADMIN, OPTIONS).readPower()).isEqualTo(ChassisPower.OFF);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 504, 423, 429})
    void aGatewayBeforeAServiceThatStartsIsAskedAgain(int status) throws Exception {
        scripted.prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY)
                .prepare(GET_SYSTEM, status, "<html>Bad gateway</html>")
                .prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY);
        Bmc bmc = openScripted();

        assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
        assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"Members\": null}",
                "{\"Members\": [{}]}",
                "{\"Members\": [null]}",
                "{\"Members\": {\"@odata.id\": \"/x\"}}"
            })
    void aListOfSystemsWithoutALinkIsNotReady(String body) throws Exception {
        scripted.prepare("GET /redfish/v1/Systems", 200, body)
                .prepare(
                        "GET /redfish/v1/Systems",
                        200,
                        "{\"Members\": [{\"@odata.id\": \"" + ScriptedService.SYSTEM + "\"}]}")
                .prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY);
        BmcAddress whole =
                new BmcAddress("redfish+http", "127.0.0.1", scripted.address().port(), "");

        assertThat(factory.open(whole, ADMIN, OPTIONS).readPower()).isEqualTo(ChassisPower.ON);
    }

    @ParameterizedTest
    @CsvSource({"202, ''", "200, ''", "201, {}", "204, ''", "200, []", "200, null"})
    void aResetIsDoneHoweverItsSuccessIsSaid(int status, String body) throws Exception {
        scripted.prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY)
                .prepare("POST " + ScriptedService.RESET, status, body);

        openScripted().requestPower(PowerAction.OFF);

        assertThat(scripted.requests().getLast().method()).isEqualTo("POST");
    }

    @Test
    void aPowerStateThatIsNullWhileTheServiceStartsIsAnErrorThatShowsIt() {
        scripted.prepare(GET_SYSTEM, 200, "{\"PowerState\": null}");

        assertFails(Reason.PROTOCOL, openScripted()::readPower).hasMessageContaining("null");
    }

    @Test
    void aSessionWhoseTokenIsInLowerCaseHeadersAndWhoseAddressIsAbsoluteIsUsedAndEnded() throws Exception {
        scripted.prepare(
                        "GET /redfish/v1/",
                        200,
                        "{\"SessionService\": {\"@odata.id\": \"/redfish/v1/SessionService\"}}")
                .prepare(
                        "POST " + SESSIONS,
                        200,
                        "{}",
                        Map.of("x-auth-token", "t", "location", "https://bmc.invalid:444" + SESSIONS + "/1"))
                .prepare("DELETE " + SESSIONS + "/1", 204, "")
                .prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY);
        Bmc bmc = openScripted();
        bmc.readPower();

        bmc.close();

        assertThat(scripted.requests().getLast().method()).isEqualTo("DELETE");
        assertThat(scripted.requests().getLast().header("X-Auth-Token")).contains("t");
    }

    @Test
    void aUuidWithoutHyphensOrInCapitalsAndWithSpacesIsRead() throws Exception {
        for (String written : List.of(" 3D2F0A54-6B1E-4C87-9A10-0123456789AB ", "3d2f0a546b1e4c879a100123456789ab")) {
            scripted.prepare(GET_SYSTEM, 200, "{\"PowerState\": \"On\", \"UUID\": \"" + written + "\"}");
        }
        DeviceInformation information =
                openScripted().capability(DeviceInformation.class).orElseThrow();

        assertThat(information.readSystemUuid()).hasToString("3d2f0a54-6b1e-4c87-9a10-0123456789ab");
        assertThat(information.readSystemUuid()).hasToString("3d2f0a54-6b1e-4c87-9a10-0123456789ab");
    }

    @Test
    void aRedirectToAnotherHostIsFollowedOnTheSameHostAlone() throws Exception {
        scripted.prepare(GET_SYSTEM, 308, "", Map.of("Location", "http://other.invalid" + ScriptedService.SYSTEM + "/"))
                .prepare(GET_SYSTEM + "/", 200, ScriptedService.SYSTEM_BODY);

        assertThat(openScripted().readPower()).isEqualTo(ChassisPower.ON);
    }
}
