package org.novametal.bmc.redfish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.bmc.BmcFailures.assertFails;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
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

/** The client reads documents that were recorded from vendors' services; their README names the sources. */
class VendorDocumentsTest {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret-of-the-bmc");
    private static final BmcOptions OPTIONS = new BmcOptions(Duration.ofMillis(600), Duration.ofMillis(5));
    private static final String SESSIONS = "/redfish/v1/SessionService/Sessions";
    private static final int LEAST_DOCUMENTS = 230;

    private final ScriptedService service = new ScriptedService();
    private final RedfishBmcFactory factory = new RedfishBmcFactory();

    @AfterEach
    void close() {
        factory.close();
        service.close();
    }

    private static Path folder() {
        try {
            URL folder = Objects.requireNonNull(VendorDocumentsTest.class.getResource("vendors"), "the documents");
            return Path.of(folder.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the folder of the documents has no path", e);
        }
    }

    static List<String> documents() {
        Path folder = folder();
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> systems() {
        return documents().stream()
                .filter(name -> read(name).path("Boot").isObject()
                        || read(name).path("@odata.type").asText().startsWith("#ComputerSystem."))
                .toList();
    }

    private static JsonNode read(String name) {
        try {
            return RedfishJson.parse(Files.readAllBytes(folder().resolve(name))).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void allDocumentsAreThere() {
        assertThat(documents()).hasSizeGreaterThan(LEAST_DOCUMENTS);
        assertThat(systems()).hasSizeGreaterThan(30);
    }

    @ParameterizedTest
    @MethodSource("systems")
    void aSystemIsReadAndItsBootDeviceIsAskedFor(String name) throws Exception {
        JsonNode system = read(name);
        service.prepare("GET " + ScriptedService.SYSTEM, 200, system.toString());
        prepareLinked(name, system);
        Bmc bmc = open();

        if (system.has("PowerState")) {
            assertThat(bmc.readPower())
                    .isEqualTo(system.path("PowerState").asText().equals("On") ? ChassisPower.ON : ChassisPower.OFF);
        }
        assertEndsAsDeclared(
                () -> bmc.capability(BootDeviceControl.class).orElseThrow().readBootOverride());
        for (BootDevice device : BootDevice.values()) {
            assertEndsAsDeclared(() -> {
                bmc.capability(BootDeviceControl.class)
                        .orElseThrow()
                        .setBootOverride(new BootOverride(device, BootPersistence.ONCE, BootFirmware.UNSPECIFIED));
                return device;
            });
        }
        for (PowerAction action : PowerAction.values()) {
            assertEndsAsDeclared(() -> {
                bmc.requestPower(action);
                return action;
            });
        }
        DeviceInformation device = bmc.capability(DeviceInformation.class).orElseThrow();
        assertEndsAsDeclared(device::readDevice);
        assertEndsAsDeclared(device::readSystemUuid);
    }

    /** The resources that a system links to, as far as they were recorded beside it. */
    private void prepareLinked(String name, JsonNode system) {
        Map<String, String> linked = new HashMap<>();
        linked.put(
                system.path("@Redfish.Settings")
                        .path("SettingsObject")
                        .path("@odata.id")
                        .asText(),
                "system-settings");
        linked.put(
                system.path("Actions")
                        .path("#ComputerSystem.Reset")
                        .path("@Redfish.ActionInfo")
                        .asText(),
                "reset-actioninfo");
        linked.put(
                system.path("Links").path("ManagedBy").path(0).path("@odata.id").asText(), "manager");
        linked.forEach((link, file) -> {
            Path document = folder().resolve(name).resolveSibling(file + ".json");
            if (!link.isEmpty() && Files.exists(document)) {
                service.prepare(
                        "GET " + link,
                        200,
                        read(folder().relativize(document).toString()).toString());
            }
        });
    }

    private interface Asked {
        Object ask() throws InterruptedException;
    }

    /** A call ends with a value, or with the reason that a service without the function or effect has. */
    private static void assertEndsAsDeclared(Asked asked) throws InterruptedException {
        try {
            assertThat(asked.ask()).isNotNull();
        } catch (BmcException e) {
            // BUSY: the document that it links to was not recorded, so the service answers 404.
            assertThat(e.reason())
                    .as(e.getMessage())
                    .isIn(Reason.UNSUPPORTED, Reason.NOT_DONE, Reason.REJECTED, Reason.BUSY, Reason.PROTOCOL);
            assertThat(e.reason() == Reason.PROTOCOL
                            && !e.getMessage().contains("UUID")
                            && !e.getMessage().contains("power"))
                    .as(e.getMessage())
                    .isFalse();
        }
    }

    private Bmc open() {
        return factory.open(service.address(), ADMIN, OPTIONS);
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyDocumentIsReadAsAnAnswer(String name) {
        JsonNode document = read(name);
        int status = document.path("body").isMissingNode()
                ? 200
                : document.path("status").asInt(400);
        JsonNode body = document.path("body").isMissingNode() ? document : document.path("body");
        service.prepare("GET " + ScriptedService.SYSTEM, status, body.isNull() ? "" : body.toString());
        try {
            assertThat(factory.open(
                                    service.address(),
                                    ADMIN,
                                    new BmcOptions(Duration.ofMillis(500), Duration.ofMillis(300)))
                            .readPower())
                    .isNotNull();
        } catch (BmcException e) {
            assertThat(e.getMessage()).contains(service.address().toString()).doesNotContain("valid JSON");
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    @ParameterizedTest
    @CsvSource({"dell-idrac9", "hpe-ilo5", "hpe-ilo6", "lenovo-xcc", "supermicro-x13", "cisco-cimc-m5"})
    void theOnlySystemIsFoundThroughTheRecordedCollection(String vendor) throws Exception {
        JsonNode collection = read(vendor + "/systems.json");
        String link = collection.path("Members").path(0).path("@odata.id").asText();
        service.prepare("GET /redfish/v1/Systems", 200, collection.toString())
                .prepare("GET " + link, 200, read(vendor + "/system.json").toString());

        assertThat(openWithoutPath().readPower()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"openbmc-nvidia-gb200", "openbmc-nvidia-gh200", "openbmc-supermicro-gb300"})
    void ofTwoRecordedSystemsNoneIsGuessed(String vendor) {
        service.prepare(
                "GET /redfish/v1/Systems", 200, read(vendor + "/systems.json").toString());

        assertFails(Reason.REJECTED, openWithoutPath()::readPower)
                .hasMessageContainingAll("put the path of one", "/redfish/v1/Systems/System_0");
    }

    private Bmc openWithoutPath() {
        return factory.open(
                new BmcAddress("redfish+http", "127.0.0.1", service.address().port(), ""), ADMIN, OPTIONS);
    }

    @ParameterizedTest
    @CsvSource({
        "dell-errors/400-boot-enabled-depends.json, REJECTED",
        "dell-errors/400-idrac10-boot-read-only.json, UNSUPPORTED",
        "dell-errors/409-reset-already-on.json, BUSY",
        "hpe-errors/400-boot-during-post.json, BUSY",
        "hpe-errors/400-boot-unsupported-operation.json, UNSUPPORTED",
        "hpe-errors/400-ilo4-reset-while-off.json, BUSY",
        "ami-errors/400-moved-to-future-state.json, UNSUPPORTED",
        "ami-errors/428-precondition-header-missing.json, REJECTED",
        "openbmc-errors/insufficient-privilege.json, PRIVILEGE_TOO_LOW"
    })
    void aRecordedRefusalHasItsReason(String name, Reason reason) {
        JsonNode refusal = read(name);
        service.prepare("GET " + ScriptedService.SYSTEM, 200, ScriptedService.SYSTEM_BODY)
                .prepare(
                        "PATCH " + ScriptedService.SYSTEM,
                        refusal.path("status").asInt(403),
                        refusal.path("body").toString());

        assertFails(
                reason,
                () -> open().capability(BootDeviceControl.class)
                        .orElseThrow()
                        .setBootOverride(
                                new BootOverride(BootDevice.DISK, BootPersistence.ONCE, BootFirmware.UNSPECIFIED)));
    }

    @ParameterizedTest
    @CsvSource({
        "hpe-errors/200-ilo4-reset-success.json",
        "hpe-errors/200-patch-success-inside-error.json",
        "openbmc-errors/200-action-success-root-info.json",
        "huawei-ibmc/reset-200-body.json"
    })
    void aRecordedSuccessIsOne(String name) throws Exception {
        JsonNode success = read(name);
        JsonNode body = success.has("body") ? success.path("body") : success;
        service.prepare("GET " + ScriptedService.SYSTEM, 200, ScriptedService.SYSTEM_BODY)
                .prepare("POST " + ScriptedService.RESET, 200, body.toString());

        open().requestPower(PowerAction.RESET);
    }

    @ParameterizedTest
    @CsvSource({
        "dell-errors/401-bad-credentials.json, WRONG_PASSWORD",
        "huawei-ibmc/error-401.json, WRONG_PASSWORD",
        "hpe-errors/401-no-valid-session.json, WRONG_PASSWORD",
        "dell-errors/503-session-limit.json, NO_FREE_SESSION"
    })
    void aRecordedRefusalOfALoginHasItsReason(String name, Reason reason) {
        JsonNode refusal = read(name);
        service.prepare("GET /redfish/v1/", 200, "{\"Links\": {\"Sessions\": {\"@odata.id\": \"" + SESSIONS + "\"}}}")
                .prepare(
                        "POST " + SESSIONS,
                        refusal.path("status").asInt(401),
                        (refusal.has("body") ? refusal.path("body") : refusal).toString())
                .prepare("GET " + ScriptedService.SYSTEM, 401, "");

        assertFails(reason, open()::readPower);
    }

    @ParameterizedTest
    @CsvSource({
        "dell-idrac9/root.json",
        "dell-idrac9-old/root.json",
        "hpe-ilo5-old/root.json",
        "huawei-ibmc/root.json",
        "supermicro-x11/root-no-vendor.json",
        "ami-quanta-d42a/root.json",
        "openbmc-nvidia-gb200/root.json"
    })
    void aRecordedRootLeadsToALogin(String name) throws Exception {
        JsonNode root = read(name);
        String named = root.path("Links").path("Sessions").path("@odata.id").asText(SESSIONS);
        JsonNode login = read("dell-idrac9/login-201-body.json");
        service.prepare("GET /redfish/v1/", 200, root.toString())
                .prepare(
                        "POST " + named,
                        login.path("status").asInt(),
                        login.path("body").toString(),
                        Map.of("X-Auth-Token", "t0ken"))
                .prepare("GET " + ScriptedService.SYSTEM, 200, ScriptedService.SYSTEM_BODY);

        open().readPower();

        assertThat(service.requests().getLast().header("X-Auth-Token")).contains("t0ken");
    }
}
