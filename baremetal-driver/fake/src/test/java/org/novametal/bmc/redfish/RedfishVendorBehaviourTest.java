package org.novametal.bmc.redfish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.bmc.BmcFailures.assertFails;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
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
import org.novametal.bmc.PowerAction;
import org.novametal.fake.FakeHttpServer.Request;
import org.novametal.fake.FakeRedfishBmc;
import org.novametal.fake.FakeRedfishBmc.Transport;
import org.novametal.fake.FakeRedfishProfile;
import org.novametal.fake.FakeRedfishProfile.Quirk;
import org.novametal.fake.SwitchChassis;

/** Behaviours of vendors' services, each alone, and what the client keeps of them. */
class RedfishVendorBehaviourTest {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret-of-the-bmc");
    private static final BmcOptions OPTIONS = new BmcOptions(Duration.ofSeconds(10), Duration.ofMillis(20));
    private static final BmcOptions BRIEF = new BmcOptions(Duration.ofMillis(800), Duration.ofMillis(20));
    private static final String GET_SYSTEM = "GET " + ScriptedService.SYSTEM;
    private static final String PATCH_SYSTEM = "PATCH " + ScriptedService.SYSTEM;
    private static final String SESSIONS = "/redfish/v1/SessionService/Sessions";
    private static final BootOverride NETWORK_ONCE =
            new BootOverride(BootDevice.NETWORK, BootPersistence.ONCE, BootFirmware.UNSPECIFIED);

    private final SwitchChassis chassis = new SwitchChassis();
    private final ScriptedService scripted = new ScriptedService();
    private final RedfishBmcFactory factory = new RedfishBmcFactory();
    private final List<AutoCloseable> peers = new ArrayList<>(List.of(scripted));

    @AfterEach
    void close() throws Exception {
        factory.close();
        for (AutoCloseable peer : peers) {
            peer.close();
        }
    }

    private FakeRedfishBmc fake(FakeRedfishProfile profile) {
        FakeRedfishBmc fake = FakeRedfishBmc.start(ADMIN, chassis, profile, Transport.PLAIN);
        peers.add(fake);
        return fake;
    }

    private FakeRedfishBmc fake(Quirk... quirks) {
        return fake(FakeRedfishProfile.DEFAULTS.withQuirks(quirks));
    }

    private Bmc open(FakeRedfishBmc fake) {
        return factory.open(fake.address(), ADMIN, OPTIONS);
    }

    private Bmc open(ScriptedService service) {
        return factory.open(service.address(), ADMIN, OPTIONS);
    }

    private Bmc openWithoutPath(BmcOptions options) {
        return factory.open(
                new BmcAddress("redfish+http", "127.0.0.1", scripted.address().port(), ""), ADMIN, options);
    }

    private static BootDeviceControl control(Bmc bmc) {
        return bmc.capability(BootDeviceControl.class).orElseThrow();
    }

    private static long count(FakeRedfishBmc fake, String method) {
        return fake.requests().stream()
                .filter(request -> request.startsWith(method + " "))
                .count();
    }

    // Entity tags.

    @ParameterizedTest
    @EnumSource(
            names = {
                "ETAG_REQUIRED",
                "ETAG_REQUIRED_BY_412",
                "ETAG_QUOTED_TWICE",
                "ETAG_WITH_SUFFIX",
                "ETAG_TAKEN_AS_STRONG",
                "ETAG_NEVER_MATCHES",
                "NO_ETAG"
            })
    void aBootDeviceIsSetHoweverTheServiceTakesItsVersions(Quirk quirk) throws Exception {
        FakeRedfishBmc fake = fake(quirk);
        Bmc bmc = open(fake);

        control(bmc).setBootOverride(NETWORK_ONCE);

        assertThat(chassis.bootOverride().device()).isEqualTo(BootDevice.NETWORK);
        long attempts = count(fake, "PATCH");
        control(bmc).setBootOverride(new BootOverride(BootDevice.DISK, BootPersistence.ONCE, BootFirmware.UNSPECIFIED));
        assertThat(chassis.bootOverride().device()).isEqualTo(BootDevice.DISK);
        assertThat(count(fake, "PATCH") - attempts)
                .as("attempts once the way is known")
                .isEqualTo(1);
    }

    @Test
    void noEncodingIsAskedForBecauseProxiesChangeTheVersionsOfWhatTheyCompress() throws Exception {
        scripted.prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY);

        open(scripted).readPower();

        assertThat(scripted.requests())
                .allSatisfy(
                        request -> assertThat(request.header("Accept-Encoding")).contains("identity"));
    }

    @Test
    void whatIsCompressedNeverthelessIsRead() throws Exception {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(ScriptedService.SYSTEM_BODY.getBytes(StandardCharsets.UTF_8));
        }
        BmcAddress address = raw(compressed.toByteArray(), "gzip");

        assertThat(factory.open(address, ADMIN, OPTIONS).readPower()).isEqualTo(ChassisPower.ON);
    }

    /** A service without sessions whose system is these bytes. */
    private BmcAddress raw(byte[] system, String encoding) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            boolean isSystem = exchange.getRequestURI().getPath().equals(ScriptedService.SYSTEM);
            byte[] body = isSystem ? system : "{}".getBytes(StandardCharsets.UTF_8);
            if (isSystem && !encoding.isEmpty()) {
                exchange.getResponseHeaders().set("Content-Encoding", encoding);
            }
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        peers.add(() -> server.stop(0));
        return new BmcAddress("redfish+http", "127.0.0.1", server.getAddress().getPort(), ScriptedService.SYSTEM);
    }

    // Documents.

    @ParameterizedTest
    @ValueSource(strings = {"\u00ff\u00fe", "\u0001\u001b", "a\\qb", "\\u12G4", "line\nbreak", "\\ud800"})
    void gibberishInOneStringDoesNotHideTheRest(String gibberish) throws Exception {
        String body = "{\"SerialNumber\": \"" + gibberish + "\", \"PowerState\": \"On\"}";

        BmcAddress address = raw(body.getBytes(StandardCharsets.ISO_8859_1), "");

        assertThat(factory.open(address, ADMIN, OPTIONS).readPower()).isEqualTo(ChassisPower.ON);
    }

    @Test
    void zerosAfterADocumentAreIgnored() throws Exception {
        BmcAddress address = raw("\uFEFF{\"PowerState\": \"Off\"}\0\0".getBytes(StandardCharsets.UTF_8), "");

        assertThat(factory.open(address, ADMIN, OPTIONS).readPower()).isEqualTo(ChassisPower.OFF);
    }

    @ParameterizedTest
    @CsvSource({"on, ON", "OFF, OFF", "Powering On, CHANGING", "poweringOff, CHANGING", "' On ', ON"})
    void powerStatesAreReadInAnyCase(String written, ChassisPower power) throws Exception {
        scripted.prepare(GET_SYSTEM, 200, "{\"PowerState\": \"" + written + "\"}");

        assertThat(open(scripted).readPower()).isEqualTo(power);
    }

    // Resets.

    @ParameterizedTest
    @EnumSource(
            names = {
                "SMALL_LETTERS",
                "RESET_TYPES_EMPTY",
                "RESET_TYPES_UNSAID",
                "RESET_TYPES_BROKEN",
                "EMPTY_SUCCESS",
                "SUCCESS_IN_ERROR",
                "SLASH_REDIRECT_OF_ALL",
                "SESSION_OVER_IS_403",
                "ROOT_WITHOUT_LINKS"
            })
    void theMachineIsSwitched(Quirk quirk) throws Exception {
        FakeRedfishBmc fake =
                quirk == Quirk.RESET_TYPES_BROKEN ? fake(quirk, Quirk.RESET_TYPES_IN_ACTION_INFO) : fake(quirk);
        Bmc bmc = open(fake);

        bmc.requestPower(PowerAction.ON);
        assertThat(chassis.isOn()).isTrue();
        bmc.requestPower(PowerAction.SOFT_OFF);
        assertThat(chassis.isOn()).isFalse();
        fake.forgetSessions();
        bmc.requestPower(PowerAction.CYCLE);
        assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
    }

    @Test
    void aResetTypeThatIsListedAndRefusedIsReplacedByTheNextAndTriedLastFromThenOn() throws Exception {
        scripted.prepare(GET_SYSTEM, 200, """
                {"PowerState": "Off", "Actions": {"#ComputerSystem.Reset": {"target": "%s",
                 "ResetType@Redfish.AllowableValues": ["On", "ForceOn"]}}}
                """.formatted(ScriptedService.RESET));
        scripted.prepare("POST " + ScriptedService.RESET, 400, messages("Base.1.8.ActionParameterNotSupported"))
                .prepare("POST " + ScriptedService.RESET, 200, "done");
        Bmc bmc = open(scripted);

        bmc.requestPower(PowerAction.ON);
        bmc.requestPower(PowerAction.ON);

        assertThat(bodies("POST"))
                .containsExactly(
                        "{\"ResetType\":\"On\"}", "{\"ResetType\":\"ForceOn\"}", "{\"ResetType\":\"ForceOn\"}");
    }

    @Test
    void aRefusalToRepeatAChangeIsASuccessWhereTheMachineIsInThatState() throws Exception {
        scripted.prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY.replace("\"On\"", "\"Off\""))
                .prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY)
                .prepare("POST " + ScriptedService.RESET, 409, messages("IDRAC.1.6.PSU501"));

        open(scripted).requestPower(PowerAction.ON);

        assertThat(bodies("POST")).hasSize(1);
    }

    @Test
    void aRefusalWithinASuccessIsARefusal() {
        scripted.prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY)
                .prepare("POST " + ScriptedService.RESET, 200, """
                        {"error": {"@Message.ExtendedInfo": [{"MessageId": "IDRAC.1.6.SYS444", "Severity": "Warning",
                         "Message": "It depends on other attributes."}]}}
                        """);

        assertFails(Reason.REJECTED, () -> open(scripted).requestPower(PowerAction.OFF))
                .hasMessageContaining("It depends on other attributes.");
    }

    private static String messages(String id) {
        return "{\"error\": {\"@Message.ExtendedInfo\": [{\"MessageId\": \"" + id + "\"}]}}";
    }

    private List<String> bodies(String method) {
        return scripted.requests().stream()
                .filter(request -> request.method().equals(method))
                .map(Request::body)
                .toList();
    }

    // Boot overrides.

    @Test
    void anAcceptedBootDeviceWithoutEffectIsNotDone() {
        FakeRedfishBmc fake = fake(Quirk.BOOT_IGNORED);

        assertFails(Reason.NOT_DONE, () -> control(open(fake)).setBootOverride(NETWORK_ONCE))
                .hasMessageContaining("reports another");
    }

    @Test
    void aBootDeviceWithoutAModeLeavesTheModeAlone() throws Exception {
        for (FakeRedfishProfile profile :
                List.of(FakeRedfishProfile.DEFAULTS, FakeRedfishProfile.HPE_ILO5, FakeRedfishProfile.SUPERMICRO_X12)) {
            control(open(fake(profile))).setBootOverride(NETWORK_ONCE);

            assertThat(chassis.bootOverride())
                    .isEqualTo(new BootOverride(BootDevice.NETWORK, BootPersistence.ONCE, BootFirmware.UEFI));
        }
    }

    @Test
    void aModeThatCannotBeChosenIsUnsupportedWhereItIsAnotherAndASuccessWhereItIsTheWantedOne() throws Exception {
        Bmc bmc = open(fake(Quirk.MODE_READ_ONLY));

        control(bmc).setBootOverride(new BootOverride(BootDevice.DISK, BootPersistence.ONCE, BootFirmware.UEFI));
        assertFails(
                        Reason.UNSUPPORTED,
                        () -> control(bmc)
                                .setBootOverride(
                                        new BootOverride(BootDevice.DISK, BootPersistence.ONCE, BootFirmware.BIOS)))
                .hasMessageContaining("boot mode cannot be changed to BIOS");
    }

    @Test
    void aPersistentBootDeviceIsSetOnceWhereTheServiceHasNothingElse() throws Exception {
        Bmc bmc = open(fake(Quirk.ONLY_ONCE));

        control(bmc)
                .setBootOverride(
                        new BootOverride(BootDevice.DISK, BootPersistence.PERSISTENT, BootFirmware.UNSPECIFIED));

        assertThat(chassis.bootOverride().persistence()).isEqualTo(BootPersistence.ONCE);
        assertThat(control(bmc).readBootOverride().persistence()).isEqualTo(BootPersistence.ONCE);
    }

    @Test
    void theWayThatAServiceTookIsTriedFirstTheNextTime() throws Exception {
        FakeRedfishBmc fake = fake(FakeRedfishProfile.AMI_MEGARAC);
        Bmc bmc = open(fake);
        control(bmc).setBootOverride(NETWORK_ONCE);
        long before = count(fake, "PATCH");

        control(bmc).setBootOverride(new BootOverride(BootDevice.DISK, BootPersistence.ONCE, BootFirmware.UNSPECIFIED));

        assertThat(before).isGreaterThan(1);
        assertThat(count(fake, "PATCH") - before).isEqualTo(1);
    }

    @Test
    void aSettingsResourceThatRefusesTheOverrideIsReplacedByTheSystem() throws Exception {
        String boot = "\"Boot\": {\"BootSourceOverrideEnabled\": \"%s\", \"BootSourceOverrideTarget\": \"%s\"}";
        String system = "{\"@Redfish.Settings\": {\"SettingsObject\": {\"@odata.id\": \"/sd\"}}, " + boot + "}";
        scripted.prepare(GET_SYSTEM, 200, system.formatted("Disabled", "None"))
                .prepare(GET_SYSTEM, 200, system.formatted("Once", "Pxe"))
                .prepare("GET /sd", 200, "{" + boot.formatted("Disabled", "None") + "}")
                .prepare("PATCH /sd", 405, "")
                .prepare(PATCH_SYSTEM, 204, "");

        control(open(scripted)).setBootOverride(NETWORK_ONCE);

        assertThat(bodies("PATCH")).hasSizeGreaterThan(1);
        assertThat(scripted.requests().stream()
                        .filter(request -> request.method().equals("PATCH"))
                        .map(Request::path))
                .startsWith("/sd")
                .endsWith(ScriptedService.SYSTEM);
    }

    // Sessions.

    @ParameterizedTest
    @CsvSource({"503, Base.1.8.SessionLimitExceeded", "500, Base.1.8.InternalError", "503, IDRAC.2.4.RAC0218", "400, x"
    })
    void aServiceThatOpensNoSessionIsAskedWithThePassword(int status, String id) throws Exception {
        prepareSessions().prepare("POST " + SESSIONS, status, messages(id));
        scripted.prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY);
        Bmc bmc = open(scripted);

        bmc.readPower();
        bmc.readPower();

        assertThat(bodies("POST")).as("logins").hasSize(1);
        assertThat(scripted.requests().getLast().header("Authorization")).isPresent();
    }

    @Test
    void aServiceThatReturnsNoTokenIsAskedWithThePassword() throws Exception {
        prepareSessions().prepare("POST " + SESSIONS, 201, "{}");
        scripted.prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY);

        assertThat(open(scripted).readPower()).isEqualTo(ChassisPower.ON);
    }

    private ScriptedService prepareSessions() {
        return scripted.prepare(
                "GET /redfish/v1/", 200, "{\"Links\": {\"Sessions\": {\"@odata.id\": \"" + SESSIONS + "\"}}}");
    }

    @Test
    void aForbiddenRequestIsTriedInOneNewSessionOnly() {
        prepareSessions()
                .prepare("POST " + SESSIONS, 201, "{}", Map.of("X-Auth-Token", "t", "Location", SESSIONS + "/1"));
        scripted.prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY).prepare(GET_SYSTEM, 403, "");
        Bmc bmc = open(scripted);

        assertThat(call(bmc)).isEmpty();
        assertThat(call(bmc)).contains(Reason.PRIVILEGE_TOO_LOW);
        assertThat(call(bmc)).contains(Reason.PRIVILEGE_TOO_LOW);

        assertThat(bodies("POST")).as("logins").hasSize(2);
        assertThat(bodies("DELETE")).as("ended sessions").hasSize(1);
    }

    private static Optional<Reason> call(Bmc bmc) {
        try {
            bmc.readPower();
            return Optional.empty();
        } catch (org.novametal.bmc.BmcException e) {
            return Optional.of(e.reason());
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    // Redirects.

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308})
    void aRedirectedRequestIsRepeatedWithItsBody(int status) throws Exception {
        scripted.prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY)
                .prepare("POST " + ScriptedService.RESET, status, "", Map.of("Location", ScriptedService.RESET + "/"))
                .prepare("POST " + ScriptedService.RESET + "/", 204, "");

        open(scripted).requestPower(PowerAction.OFF);

        assertThat(bodies("POST")).containsExactly("{\"ResetType\":\"ForceOff\"}", "{\"ResetType\":\"ForceOff\"}");
    }

    @Test
    void aPermanentRedirectIsRemembered() throws Exception {
        scripted.prepare(GET_SYSTEM, 308, "", Map.of("Location", "https://bmc.invalid" + ScriptedService.SYSTEM + "/"))
                .prepare(GET_SYSTEM + "/", 200, ScriptedService.SYSTEM_BODY);
        Bmc bmc = open(scripted);

        bmc.readPower();
        bmc.readPower();

        assertThat(scripted.requests().stream().map(Request::path))
                .containsExactly(
                        "/redfish/v1/",
                        ScriptedService.SYSTEM,
                        ScriptedService.SYSTEM + "/",
                        ScriptedService.SYSTEM + "/");
    }

    @Test
    void aRedirectToAnotherPortOfTheSameHostIsFollowed() throws Exception {
        ScriptedService other = new ScriptedService();
        peers.add(other);
        other.prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY);
        scripted.prepare(
                GET_SYSTEM,
                307,
                "",
                Map.of("Location", "http://127.0.0.1:" + other.address().port() + ScriptedService.SYSTEM));

        assertThat(open(scripted).readPower()).isEqualTo(ChassisPower.ON);
    }

    @Test
    void redirectsInACircleAreARefusal() {
        scripted.prepare(GET_SYSTEM, 307, "", Map.of("Location", ScriptedService.SYSTEM + "/"))
                .prepare(GET_SYSTEM + "/", 307, "", Map.of("Location", ScriptedService.SYSTEM));

        assertFails(Reason.PROTOCOL, () -> open(scripted).readPower()).hasMessageContaining("HTTP 307");
    }

    // Not ready.

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"200 | {\"Members\": []}", "200 | {}", "503 | ''", "404 | ''", "400 | ''", "500 | <html>"})
    void aServiceThatIsStartingIsAskedAgain(int status, String body) throws Exception {
        for (int i = 0; i < 3; i++) {
            scripted.prepare("GET /redfish/v1/Systems", status, body);
        }
        scripted.prepare(
                        "GET /redfish/v1/Systems",
                        200,
                        "{\"Members\": [{\"@odata.id\": \"" + ScriptedService.SYSTEM + "\"}]}")
                .prepare(GET_SYSTEM, 404, "")
                .prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY);

        assertThat(openWithoutPath(OPTIONS).readPower()).isEqualTo(ChassisPower.ON);
    }

    @Test
    void aServiceThatIsNeverReadyIsBusyInItsLastWords() {
        scripted.prepare("GET /redfish/v1/Systems", 200, "{\"Members\": []}")
                .prepare("GET /redfish/v1/Systems", 503, "{\"error\": {\"message\": \"The service is starting.\"}}");

        assertFails(Reason.BUSY, openWithoutPath(BRIEF)::readPower).hasMessageContaining("The service is starting.");
    }

    @Test
    void aPathThatTheServiceDoesNotListIsRejectedAtOnceWithThoseThatItLists() {
        scripted.prepare(GET_SYSTEM, 404, "")
                .prepare(
                        "GET /redfish/v1/Systems",
                        200,
                        "{\"Members\": [{\"@odata.id\": \"/redfish/v1/Systems/Self\"}]}");

        assertFails(Reason.REJECTED, () -> open(scripted).readPower())
                .hasMessageContainingAll("put the path of one", "/redfish/v1/Systems/Self");
    }

    @Test
    void firmwareThatIsStartingMakesAChangeBusy() {
        scripted.prepare(
                        GET_SYSTEM,
                        200,
                        "{\"Boot\": {\"BootSourceOverrideEnabled\": \"Disabled\", \"BootSourceOverrideTarget\": \"None\"}}")
                .prepare(PATCH_SYSTEM, 400, messages("iLO.2.37.UnableToModifyDuringSystemPOST"));

        assertFails(Reason.BUSY, () -> control(open(scripted)).setBootOverride(NETWORK_ONCE));
    }
}
