package org.novametal.bmc.redfish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.bmc.BmcFailures.assertFails;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
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
import org.novametal.bmc.ChassisIdentify;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.DeviceInformation;
import org.novametal.bmc.Fuzz;
import org.novametal.bmc.Mutator;
import org.novametal.bmc.PowerAction;
import org.novametal.fake.FakeHttpServer;
import org.novametal.fake.FakeHttpServer.Answer;
import org.novametal.fake.FakeHttpServer.Request;

/** Whatever a service answers, a call ends with a value or a {@link BmcException}, and the next one is as good as any. */
class RedfishFuzzTest {
    private static final int ROUNDS = 30;
    private static final JsonMapper JSON = new JsonMapper();
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret-of-the-bmc");
    private static final BmcOptions BRIEF = new BmcOptions(Duration.ofMillis(300), Duration.ofMillis(5));
    private static final String SESSIONS = "/redfish/v1/SessionService/Sessions";
    private static final String MANAGER = "/redfish/v1/Managers/1";

    /** By path; shortened from what sushy-emulator and real services give. */
    private static final Map<String, String> BODIES = Map.of(
            "/redfish/v1/",
            """
            {"@odata.id": "/redfish/v1/", "RedfishVersion": "1.5.0", "Systems": {"@odata.id": "/redfish/v1/Systems"},
             "SessionService": {"@odata.id": "/redfish/v1/SessionService"},
             "Links": {"Sessions": {"@odata.id": "/redfish/v1/SessionService/Sessions"}}}""",
            SESSIONS,
            "{\"@odata.id\": \"/redfish/v1/SessionService/Sessions/7\", \"UserName\": \"admin\"}",
            "/redfish/v1/Systems",
            "{\"Members@odata.count\": 1, \"Members\": [{\"@odata.id\": \"/redfish/v1/Systems/1\"}]}",
            ScriptedService.SYSTEM,
            """
            {"@odata.id": "/redfish/v1/Systems/1", "@odata.etag": "W/\\"12\\"", "PowerState": "On",
             "UUID": "27946b59-9e44-4fa7-8e91-f3527a1ef094", "Manufacturer": "Contoso", "IndicatorLED": "Lit",
             "LocationIndicatorActive": false,
             "Boot": {"BootSourceOverrideEnabled": "Continuous", "BootSourceOverrideTarget": "Hdd",
              "BootSourceOverrideTarget@Redfish.AllowableValues": ["Pxe", "Cd", "Hdd", "UefiHttp"],
              "BootSourceOverrideMode": "UEFI"},
             "Links": {"ManagedBy": [{"@odata.id": "/redfish/v1/Managers/1"}]},
             "Actions": {"#ComputerSystem.Reset": {"target": "/redfish/v1/Systems/1/Actions/ComputerSystem.Reset",
              "@Redfish.ActionInfo": "/redfish/v1/Systems/1/ResetActionInfo",
              "ResetType@Redfish.AllowableValues": ["On", "ForceOff", "GracefulShutdown", "ForceRestart", "Nmi"]}}}""",
            ScriptedService.SYSTEM + "/ResetActionInfo",
            "{\"Parameters\": [{\"Name\": \"ResetType\", \"AllowableValues\": [\"On\", \"ForceOff\"]}]}",
            MANAGER,
            "{\"FirmwareVersion\": \"1.00\", \"Model\": \"Joo Janta 200\", \"Manufacturer\": \"Contoso\"}",
            ScriptedService.RESET,
            """
            {"TaskMonitor": "/taskmon/42", "TaskState": "Completed", "error": {"@Message.ExtendedInfo":
             [{"MessageId": "Base.1.8.ResourceInUse", "Message": "words", "MessageArgs": ["a"]}]}}""",
            "/taskmon/42",
            "{\"TaskState\": \"Completed\", \"Messages\": [{\"MessageId\": \"Base.1.8.Success\"}]}");

    private static final List<Integer> STATUSES =
            List.of(201, 202, 204, 300, 301, 304, 307, 400, 401, 403, 404, 405, 409, 412, 429, 500, 501, 503, 599);

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "On",
            "line\\r\\nbreak",
            "\\u0000",
            "Verstärker",
            "\\ud800",
            "http://",
            "https://elsewhere.invalid/x",
            "//elsewhere.invalid",
            "/taskmon/42",
            "?",
            "%zz",
            "99999999999",
            "x".repeat(5_000));

    private final Mutator mutator = new Mutator(
            BODIES.values().stream()
                    .map(body -> body.getBytes(StandardCharsets.UTF_8))
                    .toList(),
            Stream.of("\"", "{", "]", ",", ":", "null", "1e999999", "\\u0000", "\\", "[[[[[[[[")
                    .map(word -> word.getBytes(StandardCharsets.UTF_8))
                    .toList());

    private interface Answering {
        Answer to(Request request);
    }

    private volatile Answering answering = RedfishFuzzTest::sound;
    private final FakeHttpServer service = FakeHttpServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), request -> answering.to(request));
    private final RedfishBmcFactory factory = new RedfishBmcFactory();

    @AfterEach
    void close() {
        factory.close();
        service.close();
    }

    @ParameterizedTest
    @MethodSource("org.novametal.bmc.Fuzz#seeds")
    void spoiltAnswersRaiseOnlyTheDeclaredException(long seed) {
        AtomicInteger done = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();

        Fuzz.run(seed, ROUNDS, mutator, (_, random) -> {
            Bmc bmc = factory.open(address(random.nextBoolean() ? ScriptedService.SYSTEM : ""), ADMIN, BRIEF);
            answering = request -> random.nextInt(3) == 0 ? sound(request) : spoilt(request, random);
            for (int i = 0; i < 3; i++) {
                try {
                    call(bmc, random);
                    done.incrementAndGet();
                } catch (BmcException e) {
                    assertThat(e).hasMessageContaining("BMC ").hasMessageNotContaining(ADMIN.password());
                    refused.incrementAndGet();
                }
            }
            bmc.close();
        });

        assertThat(done).as("calls done").hasPositiveValue();
        assertThat(refused).as("calls refused").hasPositiveValue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Verstärker", ""})
    void aTokenThatCannotBeSentBackIsAProtocolErrorAndForgotten(String token) throws Exception {
        Bmc bmc = factory.open(address(ScriptedService.SYSTEM), ADMIN, BmcOptions.DEFAULTS);
        answering = request -> switch (request.path()) {
            case SESSIONS -> new Answer(201, Map.of("X-Auth-Token", token), "{}");
            case "/redfish/v1/" -> sound(request);
            default -> Answer.empty(401);
        };

        assertFails(Reason.PROTOCOL, bmc::readPower);

        answering = RedfishFuzzTest::sound;
        assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
    }

    @Test
    void aVersionThatNoHeaderFieldCanHoldIsNotSentBack() throws Exception {
        Bmc bmc = factory.open(address(ScriptedService.SYSTEM), ADMIN, BmcOptions.DEFAULTS);
        answering = request -> request.path().equals(ScriptedService.SYSTEM)
                ? Answer.json(
                        200,
                        "{\"@odata.etag\": \"line\\nbreak\", \"Boot\": {\"BootSourceOverrideEnabled\": \"Once\","
                                + " \"BootSourceOverrideTarget\": \"Hdd\"}}")
                : sound(request);

        control(bmc).setBootOverride(new BootOverride(BootDevice.DISK, BootPersistence.ONCE, BootFirmware.UEFI));
    }

    @Test
    void bytesThatAreNoCharactersAreAProtocolError() {
        Bmc bmc = factory.open(address(ScriptedService.SYSTEM), ADMIN, BmcOptions.DEFAULTS);
        answering = request -> request.path().equals(ScriptedService.SYSTEM)
                // Looks like UTF-32, of a character that there is not.
                ? Answer.json(200, "\0\0\0{\u007f\0\0\0")
                : sound(request);

        assertFails(Reason.PROTOCOL, bmc::readPower);
    }

    private static BootDeviceControl control(Bmc bmc) {
        return bmc.capability(BootDeviceControl.class).orElseThrow();
    }

    private BmcAddress address(String path) {
        return new BmcAddress("redfish+http", "127.0.0.1", service.baseUri().getPort(), path);
    }

    private static Answer sound(Request request) {
        String body = BODIES.get(request.path());
        if (body == null) {
            return Answer.empty(404);
        }
        return request.method().equals("POST") && request.path().equals(SESSIONS)
                ? new Answer(201, Map.of("X-Auth-Token", "t0ken", "Location", SESSIONS + "/7"), body)
                : Answer.json(200, body);
    }

    private Answer spoilt(Request request, Random random) {
        String body = BODIES.getOrDefault(request.path(), "{}");
        String sent = random.nextInt(3) == 0
                ? new String(mutator.spoil(body.getBytes(StandardCharsets.UTF_8), random), StandardCharsets.UTF_8)
                : rearranged(body, random);
        int status = random.nextInt(4) == 0 ? any(STATUSES, random) : 200;
        Map<String, String> headers = new HashMap<>();
        for (String name : List.of("X-Auth-Token", "Location", "ETag", "Retry-After", "Content-Type")) {
            String value = any(TEXTS, random);
            // What the server itself would refuse to send.
            if (random.nextInt(3) == 0 && value.chars().noneMatch(c -> c < ' ' || c == '\\')) {
                headers.put(name, value);
            }
        }
        return new Answer(status, headers, status == 204 || status == 304 ? "" : sent);
    }

    /** Still JSON: some value is gone or another one. */
    private static String rearranged(String body, Random random) {
        try {
            JsonNode root = JSON.readTree(body);
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                List<JsonNode> parents = containers(root, new ArrayList<>());
                JsonNode parent = parents.get(random.nextInt(parents.size()));
                JsonNode value = value(root, random);
                switch (parent) {
                    case ObjectNode object
                    when !object.isEmpty() -> {
                        List<String> names = new ArrayList<>();
                        object.fieldNames().forEachRemaining(names::add);
                        String name = names.get(random.nextInt(names.size()));
                        if (random.nextInt(4) == 0) {
                            object.remove(name);
                        } else {
                            object.set(name, value);
                        }
                    }
                    case ArrayNode array -> array.insert(random.nextInt(array.size() + 1), value);
                    default -> {}
                }
            }
            return JSON.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a body of this test's is no JSON", e);
        }
    }

    private static List<JsonNode> containers(JsonNode node, List<JsonNode> found) {
        if (node.isContainerNode()) {
            found.add(node);
            node.forEach(child -> containers(child, found));
        }
        return found;
    }

    private static JsonNode value(JsonNode root, Random random) throws JsonProcessingException {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (random.nextInt(7)) {
            case 0 -> nodes.nullNode();
            case 1 -> nodes.numberNode(random.nextLong());
            case 2 -> nodes.numberNode(Double.MAX_VALUE);
            case 3 -> nodes.booleanNode(random.nextBoolean());
            case 4 -> nodes.arrayNode().add("x");
            case 5 -> root.deepCopy();
            default -> JSON.readTree("\"" + any(TEXTS, random) + "\"");
        };
    }

    private static Object call(Bmc bmc, Random random) throws InterruptedException {
        return switch (random.nextInt(6)) {
            case 0 -> bmc.readPower();
            case 1 -> {
                PowerAction action = any(List.of(PowerAction.values()), random);
                bmc.requestPower(action);
                yield action;
            }
            case 2 -> control(bmc).readBootOverride();
            case 3 -> {
                BootDevice device = any(List.of(BootDevice.values()), random);
                control(bmc).setBootOverride(new BootOverride(device, BootPersistence.ONCE, BootFirmware.UEFI));
                yield device;
            }
            case 4 -> {
                DeviceInformation device =
                        bmc.capability(DeviceInformation.class).orElseThrow();
                yield random.nextBoolean() ? device.readDevice() : device.readSystemUuid();
            }
            default -> {
                bmc.capability(ChassisIdentify.class).orElseThrow().identify(Duration.ofSeconds(1));
                yield bmc;
            }
        };
    }

    private static <T> T any(List<T> choice, Random random) {
        return choice.get(random.nextInt(choice.size()));
    }
}
