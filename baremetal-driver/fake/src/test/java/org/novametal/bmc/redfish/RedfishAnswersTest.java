package org.novametal.bmc.redfish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.bmc.BmcFailures.assertFails;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
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
import org.novametal.bmc.ChassisIdentify;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.fleet.PowerPacing;
import org.novametal.bmc.fleet.PowerSwitch;
import org.novametal.fake.FakeHttpServer.Request;

/** What our client makes of answers that the fake would not give. */
class RedfishAnswersTest {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret-of-the-bmc");
    private static final BmcOptions OPTIONS = new BmcOptions(Duration.ofSeconds(10), Duration.ofMillis(20));
    private static final String GET_SYSTEM = "GET " + ScriptedService.SYSTEM;
    private static final String PATCH_SYSTEM = "PATCH " + ScriptedService.SYSTEM;
    private static final String POST_RESET = "POST " + ScriptedService.RESET;

    private final ScriptedService service = new ScriptedService();
    private final RedfishBmcFactory factory = new RedfishBmcFactory();
    private final Bmc bmc = factory.open(service.address(), ADMIN, OPTIONS);

    @AfterEach
    void close() {
        factory.close();
        service.close();
    }

    @ParameterizedTest
    @CsvSource({
        "400, '', BUSY",
        "401, '', WRONG_PASSWORD",
        "403, '', PRIVILEGE_TOO_LOW",
        "404, '', BUSY",
        "405, '', UNSUPPORTED",
        "409, '', BUSY",
        "412, '', BUSY",
        "429, '', BUSY",
        "500, '', BUSY",
        "501, '', UNSUPPORTED",
        "503, '', BUSY",
        "503, Base.1.8.SessionLimitExceeded, NO_FREE_SESSION",
        "400, Base.1.0.SessionLimitExceeded, NO_FREE_SESSION",
        "403, Base.1.8.PasswordChangeRequired, PRIVILEGE_TOO_LOW",
        "400, Base.1.8.InsufficientPrivilege, PRIVILEGE_TOO_LOW",
        "400, Base.1.8.ActionNotSupported, UNSUPPORTED",
        "400, Base.1.8.ActionParameterValueNotInList, UNSUPPORTED",
        "400, Base.1.8.ResourceInUse, BUSY",
        "400, Base.1.8.AccountRemoved, UNKNOWN_USER",
        "400, Vendor.2.0.SomethingPrivate, BUSY",
        "300, '', PROTOCOL"
    })
    void aRefusalHasAReason(int status, String messageId, Reason reason) {
        service.prepare(GET_SYSTEM, status, error(messageId, "words of the service"), Map.of("Retry-After", "7"));

        assertFails(reason, impatient()::readPower)
                .hasMessageContaining("HTTP " + status)
                .hasMessageContaining("words of the service")
                .hasMessageContaining("after 7 s");
    }

    /** A handle whose calls have little time to wait for a service that is not ready. */
    private Bmc impatient() {
        return factory.open(service.address(), ADMIN, new BmcOptions(Duration.ofSeconds(2), Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"PowerState\": \"On\"",
                "[]",
                "\"On\"",
                "{\"PowerState\": 1}",
                "{\"PowerState\": null}",
                "{\"PowerState\": \"Glowing\"}",
                "{}",
                "{} {}"
            })
    void whatIsNoSystemIsAProtocolError(String body) {
        service.prepare(GET_SYSTEM, 200, body);

        assertFails(Reason.PROTOCOL, bmc::readPower);
    }

    @Test
    void anAnswerThatIsTooLongOrTooDeepIsAProtocolError() {
        service.prepare(GET_SYSTEM, 200, "{\"Padding\": \"" + "x".repeat(1 << 20) + "\"}");
        service.prepare(GET_SYSTEM, 200, "[".repeat(100_000));

        assertFails(Reason.PROTOCOL, bmc::readPower).hasMessageContaining("longer than 1048576 bytes");
        assertFails(Reason.PROTOCOL, bmc::readPower).hasMessageContaining("not valid JSON");
    }

    @Test
    void changingPowerProvesNeitherOnNorOff() throws Exception {
        service.prepare(GET_SYSTEM, 200, "{\"PowerState\": \"PoweringOff\"}");
        service.prepare(GET_SYSTEM, 200, "{\"PowerState\": \"PoweringOn\"}");

        assertThat(bmc.readPower()).isEqualTo(ChassisPower.CHANGING);
        assertThat(bmc.readPower()).isEqualTo(ChassisPower.CHANGING);
    }

    @ParameterizedTest
    @CsvSource({"PoweringOn, OFF, ForceOff, Off", "PoweringOff, ON, On, On"})
    void aMachineThatIsOnItsWayToTheOtherStateIsSwitchedAndReadUntilItIsThere(
            String between, PowerAction action, String resetType, String end) throws Exception {
        service.prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY.replace("\"On\"", '"' + between + '"'))
                .prepare(POST_RESET, 204, "");
        AtomicInteger pauses = new AtomicInteger();
        PowerSwitch power = new PowerSwitch(
                Duration.ofSeconds(30), Duration.ofSeconds(20), PowerPacing.none(), System::nanoTime, (_, _) -> {
                    if (pauses.incrementAndGet() == 3) {
                        service.prepare(
                                GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY.replace("\"On\"", '"' + end + '"'));
                    }
                });

        if (action == PowerAction.ON) {
            power.on(bmc);
        } else {
            power.off(bmc);
        }

        assertThat(bodies("POST")).containsExactly("{\"ResetType\":\"" + resetType + "\"}");
        assertThat(pauses.get()).isGreaterThanOrEqualTo(3);
    }

    private List<String> bodies(String method) {
        return service.requests().stream()
                .filter(sent -> sent.method().equals(method))
                .map(Request::body)
                .toList();
    }

    @Test
    void aLinkThatIsVeryLongIsAProtocolError() {
        String slashes = "/".repeat(250_000);
        service.prepare(
                "GET /redfish/v1/Systems",
                200,
                "{\"Members\": [{\"@odata.id\": \"/redfish/v1/Systems/" + slashes + "x\"}]}");

        assertFails(
                        Reason.PROTOCOL,
                        () -> factory.open(withoutPath(), ADMIN, OPTIONS).requestPower(PowerAction.OFF))
                .hasMessageContaining("longer than 2000 characters");
        service.prepare(GET_SYSTEM, 308, "", Map.of("Location", "/".repeat(5_000) + "x"));

        assertFails(Reason.PROTOCOL, bmc::readPower).hasMessageContaining("longer than 2000 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'", "\\\"", "W/", "-gzip", " "})
    void aVersionThatIsVeryLongIsNotSentBack(String piece) throws Exception {
        String tag = piece.repeat(900_000 / piece.length());
        String after = "\"Boot\": {\"BootSourceOverrideEnabled\": \"Once\", \"BootSourceOverrideTarget\": \"Pxe\"}}";
        service.prepare(GET_SYSTEM, 200, "{\"@odata.etag\": \"" + tag + "\", " + after)
                .prepare(PATCH_SYSTEM, 204, "");

        control().setBootOverride(new BootOverride(BootDevice.NETWORK, BootPersistence.ONCE, BootFirmware.UNSPECIFIED));

        assertThat(service.requests())
                .filteredOn(sent -> sent.method().equals("PATCH"))
                .isNotEmpty()
                .allMatch(sent -> sent.header("If-Match").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "00", "99999999999999999999", "4294967296", "-1", "soon", "Wed, 21 Oct 2026 07:28:00 GMT"})
    void aChangeThatIsRefusedWithAnyRetryAfterIsSentOnceAndBusy(String retryAfter) {
        service.prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY)
                .prepare(POST_RESET, 503, "", Map.of("Retry-After", retryAfter));

        assertFails(Reason.BUSY, () -> bmc.requestPower(PowerAction.RESET)).hasMessageContaining(retryAfter);

        assertThat(bodies("POST")).hasSize(1);
    }

    @Test
    void anAbsurdRetryAfterDoesNotEndThePatienceForAServiceThatIsStarting() throws Exception {
        service.prepare(GET_SYSTEM, 503, "", Map.of("Retry-After", "99999999999999999999"))
                .prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY);

        assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "\u001f\u00ef\u00bf\u00bd", ""})
    void aBodyThatCannotBeDecompressedIsAProtocolError(String body) {
        service.prepare(GET_SYSTEM, 200, body, Map.of("Content-Encoding", "gzip"));

        assertFails(Reason.PROTOCOL, bmc::readPower);
    }

    @Test
    void aServiceThatRepeatsThePasswordDoesNotGetItIntoErrors() {
        service.prepare(GET_SYSTEM, 405, error("", "the password s3cret-of-the-bmc is bad"));

        assertFails(Reason.UNSUPPORTED, bmc::readPower)
                .hasMessageContaining("the password *** is bad")
                .hasNoCause();
    }

    @Test
    void aServiceThatRepeatsTheTokenDoesNotGetItIntoErrors() {
        service.prepare(
                "GET /redfish/v1/",
                200,
                "{\"Links\": {\"Sessions\": {\"@odata.id\": \"/redfish/v1/SessionService/Sessions\"}}}");
        service.prepare(
                "POST /redfish/v1/SessionService/Sessions", 201, "{}", Map.of("X-Auth-Token", "token-of-the-session"));
        service.prepare(GET_SYSTEM, 405, error("", "token-of-the-session of s3cret-of-the-bmc"));

        assertFails(Reason.UNSUPPORTED, bmc::readPower).hasMessageContaining("*** of ***");
    }

    private static String error(String messageId, String message) {
        return "{\"error\": {\"@Message.ExtendedInfo\": [{\"MessageId\": \"" + messageId + "\", \"Message\": \""
                + message + "\"}]}}";
    }

    @Test
    void aRefusedLoginIsToldFromALackOfSessions() {
        service.prepare(
                        "GET /redfish/v1/",
                        200,
                        "{\"Links\": {\"Sessions\": {\"@odata.id\": \"/redfish/v1/SessionService/Sessions\"}}}")
                .prepare("POST /redfish/v1/SessionService/Sessions", 403, "")
                .prepare("POST /redfish/v1/SessionService/Sessions", 400, error("Base.1.8.SessionLimitExceeded", ""));

        service.prepare(GET_SYSTEM, 401, "");

        assertFails(Reason.WRONG_PASSWORD, bmc::readPower);
        assertFails(Reason.NO_FREE_SESSION, bmc::readPower);
    }

    @Test
    void theOnlySystemIsFoundWithoutAPath() throws Exception {
        service.prepare(
                        "GET /redfish/v1/Systems",
                        200,
                        "{\"Members\": [{\"@odata.id\": \"" + ScriptedService.SYSTEM + "\"}]}")
                .prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY);

        assertThat(factory.open(withoutPath(), ADMIN, OPTIONS).readPower()).isEqualTo(ChassisPower.ON);
    }

    @Test
    void severalSystemsAreNamed() {
        service.prepare(
                "GET /redfish/v1/Systems",
                200,
                "{\"Members\": [{\"@odata.id\": \"/redfish/v1/Systems/a\"}, {\"@odata.id\": \"/redfish/v1/Systems/b\"}]}");

        assertFails(Reason.REJECTED, factory.open(withoutPath(), ADMIN, OPTIONS)::readPower)
                .hasMessageContaining("/redfish/v1/Systems/a, /redfish/v1/Systems/b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{'@odata.id': '/redfish/v1/Systems/a'}]|2|/redfish/v1/Systems/more|[{'@odata.id': '/redfish/v1/Systems/b'}]",
                "[{'@odata.id': '/redfish/v1/Systems/a'}]|0|/redfish/v1/Systems/more|[{'@odata.id': '/redfish/v1/Systems/b'}]",
                "[]|2|/redfish/v1/Systems/more|[{'@odata.id': '/redfish/v1/Systems/a'}]",
                "[{'@odata.id': '/redfish/v1/Systems/a'}]|3|/redfish/v1/Systems|[]",
            })
    void severalSystemsOnSeveralPagesAreNamedAndNoneIsSwitched(String first, int count, String next, String second) {
        service.prepare(
                        "GET /redfish/v1/Systems",
                        200,
                        ("{'Members': " + first + ", 'Members@odata.count': " + count + ", 'Members@odata.nextLink': '"
                                        + next + "'}")
                                .replace('\'', '"'))
                .prepare("GET /redfish/v1/Systems/more", 200, ("{'Members': " + second + "}").replace('\'', '"'))
                .prepare("GET /redfish/v1/Systems/a", 200, ScriptedService.SYSTEM_BODY);

        assertFails(
                        Reason.REJECTED,
                        () -> factory.open(withoutPath(), ADMIN, OPTIONS).requestPower(PowerAction.OFF))
                .hasMessageContaining("/redfish/v1/Systems/a");
        assertThat(bodies("POST")).isEmpty();
    }

    @Test
    void theOnlySystemIsFoundOnALaterPage() throws Exception {
        service.prepare(
                        "GET /redfish/v1/Systems",
                        200,
                        "{\"Members\": [], \"Members@odata.nextLink\": \"/redfish/v1/Systems/more\"}")
                .prepare(
                        "GET /redfish/v1/Systems/more",
                        200,
                        "{\"Members\": [{\"@odata.id\": \"" + ScriptedService.SYSTEM + "\"}]}")
                .prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY);

        assertThat(factory.open(withoutPath(), ADMIN, OPTIONS).readPower()).isEqualTo(ChassisPower.ON);
    }

    @Test
    void whatMovedForGoodAndIsGoneThereIsFoundAtItsOldPlace() throws Exception {
        try (ScriptedService other = new ScriptedService()) {
            other.prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY);
            service.prepare(
                            GET_SYSTEM,
                            301,
                            "",
                            Map.of(
                                    "Location",
                                    "http://127.0.0.1:" + other.address().port() + ScriptedService.SYSTEM))
                    .prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY.replace("\"On\"", "\"Off\""));
            assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
        }

        assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 410, 500, 503})
    void whatMovedForGoodAndIsRefusedThereIsFoundAtItsOldPlace(int status) throws Exception {
        service.prepare(GET_SYSTEM, 308, "", Map.of("Location", "/new/place"))
                .prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY)
                .prepare("GET /new/place", 200, ScriptedService.SYSTEM_BODY)
                .prepare("GET /new/place", status, "");

        assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
        assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
        assertThat(service.requests().getLast().path()).isEqualTo(ScriptedService.SYSTEM);
    }

    @Test
    void aSessionThatIsCalledOverIsDeletedInTheNextOne() throws Exception {
        service.prepare(
                        "GET /redfish/v1/",
                        200,
                        "{\"Links\": {\"Sessions\": {\"@odata.id\": \"/redfish/v1/SessionService/Sessions\"}}}")
                .prepare(
                        "POST /redfish/v1/SessionService/Sessions",
                        201,
                        "{}",
                        Map.of("X-Auth-Token", "first-token", "Location", "/sessions/1"))
                .prepare(
                        "POST /redfish/v1/SessionService/Sessions",
                        201,
                        "{}",
                        Map.of("X-Auth-Token", "second-token", "Location", "/sessions/2"))
                .prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY)
                .prepare(GET_SYSTEM, 401, "")
                .prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY);
        bmc.readPower();

        assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);

        assertThat(service.requests())
                .filteredOn(sent -> sent.method().equals("DELETE"))
                .singleElement()
                .satisfies(sent -> {
                    assertThat(sent.path()).isEqualTo("/sessions/1");
                    assertThat(sent.header("X-Auth-Token")).contains("second-token");
                });
    }

    @Test
    void aTokenOfOneLetterDoesNotMakeMessagesUnreadable() {
        service.prepare(
                        "GET /redfish/v1/",
                        200,
                        "{\"Links\": {\"Sessions\": {\"@odata.id\": \"/redfish/v1/SessionService/Sessions\"}}}")
                .prepare("POST /redfish/v1/SessionService/Sessions", 201, "{}", Map.of("X-Auth-Token", "e"))
                .prepare(GET_SYSTEM, 405, "");

        assertFails(Reason.UNSUPPORTED, bmc::readPower).hasMessageContaining("refused GET /redfish/v1/Systems/1");
    }

    private BmcAddress withoutPath() {
        return new BmcAddress("redfish+http", "127.0.0.1", service.address().port(), "");
    }

    @Test
    void anActionThatTheSystemDoesNotAllowNamesThoseThatItDoes() {
        service.prepare(GET_SYSTEM, 200, """
                {"PowerState": "On", "Actions": {"#ComputerSystem.Reset": {"target": "/reset",
                 "ResetType@Redfish.AllowableValues": ["On", "ForceOff"]}}}
                """);

        assertFails(Reason.UNSUPPORTED, () -> bmc.requestPower(PowerAction.SOFT_OFF))
                .hasMessageContaining("GracefulShutdown or PushPowerButton")
                .hasMessageContaining("[On, ForceOff]");
    }

    @Test
    void aTaskThatDoesNotEndIsNotDoneAtTheLimit() {
        service.prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY)
                .prepare(POST_RESET, 202, "", Map.of("Location", "/taskmon/1"))
                .prepare("GET /taskmon/1", 202, "");
        BmcOptions brief = new BmcOptions(Duration.ofMillis(400), Duration.ofMillis(20));
        Bmc waiting = factory.open(service.address(), ADMIN, brief);
        long begin = System.nanoTime();

        assertFails(Reason.NOT_DONE, () -> waiting.requestPower(PowerAction.RESET))
                .hasMessageContaining("/taskmon/1");

        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(350), Duration.ofSeconds(5));
    }

    @Test
    void aTaskThatIsForgottenHasEnded() throws Exception {
        service.prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY)
                .prepare(POST_RESET, 202, "{\"TaskMonitor\": \"/taskmon/1\", \"TaskState\": \"New\"}")
                .prepare("GET /taskmon/1", 202, "")
                .prepare("GET /taskmon/1", 404, "");

        bmc.requestPower(PowerAction.RESET);

        assertThat(service.requests().getLast().path()).isEqualTo("/taskmon/1");
    }

    @Test
    void aSystemThatChangedMeanwhileIsChangedInItsNewestVersion() throws Exception {
        service.prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY, Map.of("ETag", "\"1\""))
                .prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY, Map.of("ETag", "\"2\""))
                .prepare(
                        GET_SYSTEM,
                        200,
                        "{\"Boot\": {\"BootSourceOverrideEnabled\": \"Once\", \"BootSourceOverrideTarget\": \"Hdd\"}}")
                .prepare(PATCH_SYSTEM, 412, "")
                .prepare(PATCH_SYSTEM, 204, "");

        control().setBootOverride(new BootOverride(BootDevice.DISK, BootPersistence.ONCE, BootFirmware.UEFI));

        assertThat(service.requests().stream()
                        .filter(sent -> sent.method().equals("PATCH"))
                        .map(sent -> sent.header("If-Match")))
                .containsExactly(Optional.of("\"1\""), Optional.of("\"2\""));
    }

    private BootDeviceControl control() {
        return bmc.capability(BootDeviceControl.class).orElseThrow();
    }

    @Test
    void bootByHttpStandsInForPxeWherePxeIsNotAllowed() throws Exception {
        service.prepare(
                        GET_SYSTEM,
                        200,
                        "{\"Boot\": {\"BootSourceOverrideTarget@Redfish.AllowableValues\": [\"None\", \"UefiHttp\"]}}")
                .prepare(GET_SYSTEM, 200, """
                        {"Boot": {"BootSourceOverrideEnabled": "Once", "BootSourceOverrideTarget": "UefiHttp",
                         "BootSourceOverrideTarget@Redfish.AllowableValues": ["None", "UefiHttp"]}}
                        """)
                .prepare(PATCH_SYSTEM, 204, "");

        control().setBootOverride(new BootOverride(BootDevice.NETWORK, BootPersistence.ONCE, BootFirmware.UEFI));

        assertThat(service.requests())
                .filteredOn(sent -> sent.method().equals("PATCH"))
                .extracting(Request::body)
                .containsExactly(
                        "{\"Boot\":{\"BootSourceOverrideTarget\":\"UefiHttp\",\"BootSourceOverrideEnabled\":\"Once\"}}");
        assertFails(
                Reason.UNSUPPORTED,
                () -> control()
                        .setBootOverride(
                                new BootOverride(BootDevice.NETWORK, BootPersistence.ONCE, BootFirmware.BIOS)));
        assertFails(
                Reason.UNSUPPORTED,
                () -> control()
                        .setBootOverride(new BootOverride(BootDevice.CDROM, BootPersistence.ONCE, BootFirmware.UEFI)));
    }

    @Test
    void aBootTargetWithoutAWordIsUnsupported() {
        service.prepare(
                GET_SYSTEM,
                200,
                "{\"Boot\": {\"BootSourceOverrideEnabled\": \"Once\", \"BootSourceOverrideTarget\": \"Usb\"}}");

        assertFails(Reason.UNSUPPORTED, control()::readBootOverride).hasMessageContaining("Usb");
    }

    @Test
    void aSystemWithoutALightCannotShowItself() {
        service.prepare(GET_SYSTEM, 200, ScriptedService.SYSTEM_BODY);

        assertFails(
                Reason.UNSUPPORTED,
                () -> bmc.capability(ChassisIdentify.class).orElseThrow().identify(Duration.ofSeconds(15)));
    }
}
