package org.novametal.examples.computehost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.examples.computehost.server.ServerFixture.SERVER_UUID;
import static org.novametal.examples.computehost.server.ServerFixture.operation;
import static org.novametal.examples.computehost.server.ServerFixture.operations;
import static org.novametal.examples.computehost.server.ServerFixture.spawn;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.capability.InstanceRescue;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.Secret;
import org.novametal.driver.testkit.Eventually;
import org.novametal.examples.computehost.server.SocketClient.Reply;

class OperationCallsTest {
    private static final NodeName NODE = new NodeName("node-1");
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String WAIT = "?wait=30";

    @TempDir
    Path folder;

    private ServerFixture host;

    @BeforeEach
    void start() throws IOException {
        host = ServerFixture.start(folder);
    }

    @AfterEach
    void end() {
        host.nodes.releaseDeploys();
        host.close();
    }

    private Reply begin(String body) throws IOException {
        return host.call("POST", operations(SERVER_UUID), body);
    }

    private Reply await(String key) throws IOException {
        return host.get(operations(SERVER_UUID) + "/" + key + WAIT);
    }

    @Test
    void aSpawnIsBegunAndAwaited() throws Exception {
        Reply begun = begin(spawn("req-1", SERVER_UUID, "node-1", ""));
        assertThat(begun.status()).isIn(200, 202);
        assertThat(begun.json().path("key").asText()).isEqualTo("req-1:spawn");

        Reply end = await("req-1:spawn");
        assertThat(end.status()).isEqualTo(200);
        assertThat(end.json().path("phase").asText()).isEqualTo("succeeded");
        assertThat(end.json().path("finished").asBoolean()).isTrue();
        assertThat(host.get("/v1/instances").json().path("uuids").get(0).asText())
                .isEqualTo(SERVER_UUID);
    }

    @Test
    void aCancelWaitsForTheEnd() throws Exception {
        host.nodes.holdDeploys();
        begin(spawn("req-1", SERVER_UUID, "node-1", ""));
        host.nodes.awaitHeldDeploy(NODE, LIMIT);
        Reply end = host.call("DELETE", operations(SERVER_UUID) + "/req-1:spawn" + WAIT, "");
        assertThat(end.json().path("finished").asBoolean()).isTrue();
        assertThat(end.json().path("error").path("code").asText()).isEqualTo("cancelled");
    }

    @Test
    void aRebuildElsewhereOrOnAVolumeIsRefusedAtOnce() throws Exception {
        begin(spawn("req-1", SERVER_UUID, "node-1", ""));
        await("req-1:spawn");
        for (String field : List.of("evacuate", "reimage_boot_volume")) {
            Reply refused = begin(spawn("req-2", SERVER_UUID, "node-1", ", \"" + field + "\": true")
                    .replace("\"spawn\"", "\"rebuild\""));
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.errorCode()).isEqualTo("build_abort");
            assertThat(refused.message()).contains(field);
        }
    }

    @Test
    void aShelveLeavesTheMachineOnWhenTheDriverHasNoSnapshots() throws Exception {
        begin(spawn("req-1", SERVER_UUID, "node-1", ""));
        await("req-1:spawn");
        Reply refused = begin(operation("power_off", "req-2", SERVER_UUID, "node-1", "")
                .replace("\"name\": \"instance-1\"", "\"task_state\": \"shelving\""));
        assertThat(refused.status()).isEqualTo(501);
        assertThat(refused.message()).contains("InstanceSnapshot");
        assertThat(host.call(
                                "POST",
                                "/v1/instances/" + SERVER_UUID + "/info",
                                ServerFixture.about(SERVER_UUID, "node-1"))
                        .json()
                        .path("power_state")
                        .asText())
                .isEqualTo("running");
    }

    @Test
    void aRescueWithAnImageOfTheUsersChoiceIsRefused() throws Exception {
        host.close();
        host = ServerFixture.decorated(folder, OperationCallsTest::rescuing);
        begin(spawn("req-1", SERVER_UUID, "node-1", ""));
        await("req-1:spawn");
        String rescue = operation(
                        "rescue",
                        "req-%s",
                        SERVER_UUID,
                        "node-1",
                        ", \"rescue_password\": \"p\", \"image\": {\"id\": \"%s\"}")
                .replace("\"name\": \"instance-1\"", "\"image_ref\": \"image-1\"");
        Reply refused = begin(rescue.formatted("2", "image-2"));
        assertThat(refused.status()).isEqualTo(500);
        assertThat(refused.errorCode()).isEqualTo("rescue_failed");
        assertThat(refused.message()).contains("image-2", "without an image");
        begin(rescue.formatted("3", "image-1"));
        assertThat(await("req-3:rescue").json().path("phase").asText()).isEqualTo("succeeded");
    }

    private static ComputeDriver rescuing(ComputeDriver driver) {
        InstanceRescue rescue = new InstanceRescue() {
            @Override
            public void rescue(RequestContext context, Instance instance, Secret password) {}

            @Override
            public void unrescue(RequestContext context, Instance instance) {}
        };
        return (ComputeDriver) Proxy.newProxyInstance(
                OperationCallsTest.class.getClassLoader(),
                new Class<?>[] {ComputeDriver.class},
                (_, method, arguments) -> method.getName().equals("capability") && arguments[0] == InstanceRescue.class
                        ? Optional.of(rescue)
                        : method.invoke(driver, arguments));
    }

    @Test
    void theSameKeyAndBodyJoinWhileUnderWayAndAfterTheEnd() throws Exception {
        host.nodes.holdDeploys();
        String body = spawn("req-1", SERVER_UUID, "node-1", "");
        begin(body);
        host.nodes.awaitHeldDeploy(NODE, LIMIT);
        assertThat(begin(body).status()).isEqualTo(202);
        host.nodes.releaseDeploys();
        await("req-1:spawn");
        Reply again = begin(body);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().path("phase").asText()).isEqualTo("succeeded");
    }

    @Test
    void theOrderOfFieldsAndTheContextAreNotPartOfTheBody() throws Exception {
        host.nodes.holdDeploys();
        begin("{\"power\": \"on\"," + spawn("req-1", SERVER_UUID, "node-1", "").substring(1));
        Reply again = begin(spawn("req-1", SERVER_UUID, "node-1", ", \"power\": \"on\"")
                .replace("\"auth_token\": \"never-kept\"", "\"auth_token\": \"renewed\""));
        assertThat(again.status()).isEqualTo(202);
    }

    @Test
    void theSameKeyAndAnotherBodyIsAConflict() throws Exception {
        host.nodes.holdDeploys();
        begin(spawn("req-1", SERVER_UUID, "node-1", ""));
        Reply other = begin(spawn("req-1", SERVER_UUID, "node-1", ", \"power\": \"off\""));
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.errorCode()).isEqualTo("key_conflict");
        assertThat(other.message()).contains("req-1:spawn", SERVER_UUID);

        host.nodes.releaseDeploys();
        await("req-1:spawn");
        assertThat(begin(spawn("req-1", SERVER_UUID, "node-1", ", \"power\": \"off\""))
                        .errorCode())
                .isEqualTo("key_conflict");
    }

    @Test
    void anotherKeyWhileUnfinishedIsInProgressAndNamesTheOperationUnderWay() throws Exception {
        host.nodes.holdDeploys();
        begin(spawn("req-1", SERVER_UUID, "node-1", ""));
        for (String body : List.of(
                spawn("req-2", SERVER_UUID, "node-1", ""),
                operation("power_off", "req-2", SERVER_UUID, "node-1", ""),
                operation("rebuild", "req-2", SERVER_UUID, "node-1", ", \"image\": {\"id\": \"image-2\"}"))) {
            Reply refused = begin(body);
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.errorCode()).isEqualTo("operation_in_progress");
            assertThat(refused.json().path("error").path("disposition").asText())
                    .isEqualTo("retry");
            assertThat(refused.json().path("error").path("operation").asText()).isEqualTo("req-1:spawn");
        }
    }

    @Test
    void aSecondDestroyWaitsForTheFirst() throws Exception {
        host.close();
        host = ServerFixture.decorated(folder, SlowDestroys::of);
        begin(operation("destroy", "req-2", SERVER_UUID, "node-1", ""));
        Reply refused = begin(operation("destroy", "req-3", SERVER_UUID, "node-1", ""));
        assertThat(refused.errorCode()).isEqualTo("operation_in_progress");
        assertThat(refused.json().path("error").path("operation").asText()).isEqualTo("req-2:destroy");
    }

    @Test
    void aDestroyHasPriorityOverASpawnWhichEndsCancelled() throws Exception {
        host.nodes.holdDeploys();
        begin(spawn("req-1", SERVER_UUID, "node-1", ""));
        host.nodes.awaitHeldDeploy(NODE, LIMIT);
        begin(operation("destroy", "req-2", SERVER_UUID, "node-1", ""));
        assertThat(await("req-2:destroy").json().path("phase").asText()).isEqualTo("succeeded");
        Reply spawn = await("req-1:spawn");
        assertThat(spawn.json().path("phase").asText()).isEqualTo("cancelled");
        assertThat(spawn.errorCode()).isEqualTo("cancelled");
    }

    @Test
    void aSpawnIsCancelledByItsKey() throws Exception {
        host.nodes.holdDeploys();
        begin(spawn("req-1", SERVER_UUID, "node-1", ""));
        host.nodes.awaitHeldDeploy(NODE, LIMIT);
        Reply cancel = host.call("DELETE", operations(SERVER_UUID) + "/req-1:spawn", "");
        assertThat(cancel.status()).isEqualTo(200);
        assertThat(await("req-1:spawn").json().path("phase").asText()).isEqualTo("cancelled");
        assertThat(host.get("/v1/instances").json().path("uuids")).isEmpty();
    }

    @Test
    void aFailedSpawnMayBeTriedOnAnotherNodeUnderTheSameKey() throws Exception {
        host.nodes.failNextDeploy();
        begin(spawn("req-1", SERVER_UUID, "node-1", ""));
        Reply failed = await("req-1:spawn");
        assertThat(failed.errorCode()).isEqualTo("deploy_failed");
        assertThat(failed.json().path("error").path("disposition").asText()).isEqualTo("reschedule");
        Reply destroyed = begin(operation("destroy", "req-1", SERVER_UUID, "node-1", ""));
        assertThat(destroyed.status()).isIn(200, 202);
        await("req-1:destroy");

        begin(spawn("req-1", SERVER_UUID, "rack 2/node-2", ""));
        assertThat(await("req-1:spawn").json().path("phase").asText()).isEqualTo("succeeded");
        // The destroy of the first node's attempt does not count for the second one.
        begin(operation("destroy", "req-1", SERVER_UUID, "node-1", ""));
        await("req-1:destroy");
        assertThat(host.get("/v1/instances").json().path("uuids")).isEmpty();
    }

    @Test
    void aCallerThatGoesAwayCancelsNothing() throws Exception {
        host.nodes.holdDeploys();
        begin(spawn("req-1", SERVER_UUID, "node-1", ""));
        try (SocketClient gone = new SocketClient(host.socket)) {
            gone.send("GET", operations(SERVER_UUID) + "/req-1:spawn?wait=60", "");
            Eventually.holds("the call waits", LIMIT, () -> host.server.unanswered() == 1);
        }
        host.nodes.releaseDeploys();
        assertThat(await("req-1:spawn").json().path("phase").asText()).isEqualTo("succeeded");
    }

    @Test
    void aWaitThatIsOverReturnsTheStateUnderWay() throws Exception {
        host.nodes.holdDeploys();
        begin(spawn("req-1", SERVER_UUID, "node-1", ""));
        Reply state = host.get(operations(SERVER_UUID) + "/req-1:spawn?wait=0.05");
        assertThat(state.status()).isEqualTo(200);
        assertThat(state.json().path("finished").asBoolean()).isFalse();
        assertThat(state.json().path("phase").asText()).isEqualTo("running");
    }

    @Test
    void afterARestartTheOperationIsFoundByItsKeyAndJoined() throws Exception {
        host.nodes.holdDeploys();
        String body = spawn("req-1", SERVER_UUID, "node-1", "");
        begin(body);
        host.nodes.awaitHeldDeploy(NODE, LIMIT);
        host.restart();
        assertThat(host.get(operations(SERVER_UUID) + "/req-1:spawn").status()).isEqualTo(200);
        assertThat(begin(body).status()).isEqualTo(202);
        assertThat(begin(spawn("req-2", SERVER_UUID, "node-1", "")).errorCode()).isEqualTo("operation_in_progress");
        host.nodes.releaseDeploys();
        assertThat(await("req-1:spawn").json().path("phase").asText()).isEqualTo("succeeded");
    }

    @Test
    void aFailureThatAnEarlierProcessSawIsNotRepeatedAsANewSpawn() throws Exception {
        host.nodes.failNextDeploy();
        String body = spawn("req-1", SERVER_UUID, "node-1", "");
        begin(body);
        await("req-1:spawn");
        host.restart();
        Reply again = begin(body);
        assertThat(again.json().path("phase").asText()).isEqualTo("failed");
        assertThat(again.errorCode()).isEqualTo("deploy_failed");
    }

    @Test
    void powerIsSwitchedByOperationsOfThisProcess() throws Exception {
        begin(spawn("req-1", SERVER_UUID, "node-1", ""));
        await("req-1:spawn");
        begin(operation("power_off", "req-2", SERVER_UUID, "node-1", ", \"soft_timeout\": 5"));
        assertThat(await("req-2:power_off").json().path("phase").asText()).isEqualTo("succeeded");
        Reply info = host.call(
                "POST",
                "/v1/instances/" + SERVER_UUID + "/info?freshness=live",
                ServerFixture.about(SERVER_UUID, "node-1"));
        assertThat(info.json().path("power_state").asText()).isEqualTo("shutdown");
        assertThat(info.json().path("power_state_number").asInt()).isEqualTo(4);
        begin(operation("power_on", "req-3", SERVER_UUID, "node-1", ""));
        assertThat(await("req-3:power_on").json().path("phase").asText()).isEqualTo("succeeded");
        begin(operation("reboot", "req-4", SERVER_UUID, "node-1", ", \"reboot_type\": \"hard\""));
        assertThat(await("req-4:reboot").json().path("phase").asText()).isEqualTo("succeeded");
    }

    @Test
    void aFailedPowerCallHasTheDriversCode() throws Exception {
        begin(operation("power_on", "req-1", SERVER_UUID, "node-1", ""));
        Reply end = await("req-1:power_on");
        assertThat(end.json().path("phase").asText()).isEqualTo("failed");
        assertThat(end.errorCode()).isEqualTo("instance_not_found");
    }

    @Test
    void aRequestThatIsRefusedBeginsNothing() throws Exception {
        Reply refused =
                begin(spawn("req-1", SERVER_UUID, "node-1", ", \"config_drive\": {\"files\": {\"a\": \"YQ==\"}}"));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.errorCode()).isEqualTo("build_abort");
        assertThat(host.get(operations(SERVER_UUID) + "/req-1:spawn").errorCode())
                .isEqualTo("operation_not_found");
    }

    @Test
    void anInstanceThatIsNotTheOneInThePathIsRefused() throws Exception {
        Reply refused = begin(spawn("req-1", "99999999-2222-3333-4444-555555555555", "node-1", ""));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.message()).contains("instance.uuid");
    }

    @Test
    void aHundredWaitingSpawnsCostNoPlatformThread() throws Exception {
        host.nodes.holdDeploys();
        begin(spawn("req-1", SERVER_UUID, "node-1", ""));
        host.get(operations(SERVER_UUID) + "/req-1:spawn");
        long before = platformThreads();
        List<SocketClient> callers = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                SocketClient caller = new SocketClient(host.socket);
                callers.add(caller);
                caller.send("GET", operations(SERVER_UUID) + "/req-1:spawn?wait=60", "");
            }
            Eventually.holds("all callers wait", LIMIT, () -> host.server.unanswered() == 100);
            assertThat(platformThreads()).isLessThan(before + 10);
            host.nodes.releaseDeploys();
            for (SocketClient caller : callers) {
                assertThat(caller.receive().json().path("phase").asText()).isEqualTo("succeeded");
            }
        } finally {
            for (SocketClient caller : callers) {
                caller.close();
            }
        }
    }

    private static long platformThreads() {
        return Thread.getAllStackTraces().size();
    }

    @Test
    void theEndOfTheProcessAnswersThoseWhoWait() throws Exception {
        host.nodes.holdDeploys();
        begin(spawn("req-1", SERVER_UUID, "node-1", ""));
        try (SocketClient caller = new SocketClient(host.socket)) {
            caller.send("GET", operations(SERVER_UUID) + "/req-1:spawn?wait=60", "");
            Eventually.holds("the call waits", LIMIT, () -> host.server.unanswered() == 1);
            host.server.drain(LIMIT);
            Reply end = caller.receive();
            assertThat(end.status()).isEqualTo(503);
            assertThat(end.errorCode()).isEqualTo("host_unavailable");
        }
    }
}
