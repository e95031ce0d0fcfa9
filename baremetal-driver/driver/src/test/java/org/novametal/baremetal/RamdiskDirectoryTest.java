package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.agent.AgentToken;
import org.novametal.agent.Heartbeat;
import org.novametal.agent.HeartbeatOutcome;
import org.novametal.agent.LookupAnswer;
import org.novametal.agent.LookupAnswer.TokenGrant;
import org.novametal.baremetal.RamdiskDirectory.Delivery;
import org.novametal.baremetal.RamdiskDirectory.LookupToken;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.PortSpec;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationRules;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.store.AgentStore;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.dhcp.LeaseFile;
import org.novametal.driver.model.Secret;

/** Who gets a node's boot script, token and image, and whose heartbeats count. */
class RamdiskDirectoryTest {
    private static final String MAC = "52:54:00:00:00:01";
    private static final String OTHER_MAC = "52:54:00:00:01:01";
    private static final InetAddress OWN = InetAddress.ofLiteral("10.0.0.51");
    private static final InetAddress OTHER_PORT = InetAddress.ofLiteral("10.0.0.52");
    private static final InetAddress STRANGER = InetAddress.ofLiteral("10.0.0.66");
    private static final URI CALLBACK = URI.create("https://10.0.0.51:9999");
    private static final Path IMAGE = Path.of("/srv/image.raw");

    @TempDir
    Path folder;

    private final List<UUID> changed = Collections.synchronizedList(new ArrayList<>());
    private Store store;
    private NodeRecord node;
    private OperationRecord operation;
    private RamdiskDirectory directory;

    @BeforeEach
    void open() throws IOException {
        store = StoreFixture.open(folder);
        node = store.nodes().enrol(StoreFixture.spec(1));
        InstanceOnNode instance = StoreFixture.instance("web1");
        store.nodes().claim(node.uuid(), instance);
        operation = StoreFixture.deployment(node.uuid(), instance);
        directory = directory(LookupToken.NEVER);
        lease("0 " + MAC + " 10.0.0.51 deploy *\n0 " + OTHER_MAC + " 10.0.0.52 deploy *\n"
                + "0 52:54:00:00:00:99 10.0.0.66 neighbour *\n");
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aPortThatTheNodeDoesNotBootFromGetsNoBootScript() {
        store.nodes()
                .update(
                        store.nodes().find(node.uuid()).orElseThrow().version(),
                        StoreFixture.spec(1).toBuilder()
                                .uuid(node.uuid())
                                .ports(List.of(
                                        PortSpec.of(MAC).withPxe(PortSpec.Pxe.DISABLED),
                                        PortSpec.of("52:54:00:00:01:01")))
                                .build());
        begin();

        assertThat(directory.deliverScript(MAC, OWN)).isInstanceOf(Delivery.NothingToBoot.class);
    }

    @Test
    void aMachineGetsItsScriptAtItsLeasedAddressWhileAnOperationNeedsARamdisk() {
        assertThat(directory.deliverScript(MAC, OWN)).isInstanceOf(Delivery.NothingToBoot.class);
        begin();

        AgentToken token = delivered(OWN);

        AgentRecord agent = agent();
        assertThat(agent.token().reveal()).isEqualTo(token.reveal());
        assertThat(agent.address()).contains(OWN);
        assertThat(agent.deliveries()).isEqualTo(1);
        assertThat(agent.imageSecret().orElseThrow().reveal()).hasSizeGreaterThanOrEqualTo(32);
        assertThat(heartbeat(OWN, token, CALLBACK, "pem")).isEqualTo(HeartbeatOutcome.ACCEPTED);
        assertThat(changed).containsExactly(node.uuid());
    }

    @Test
    void nobodyElseGetsTheScriptAndBeforeTheFirstDeliveryThatIsNoIntrusion() throws IOException {
        begin();

        for (int i = 0; i < 10; i++) {
            assertThat(directory.deliverScript(MAC, STRANGER)).isInstanceOf(Delivery.Refused.class);
            assertThat(heartbeat(STRANGER, AgentToken.of("x".repeat(43)), CALLBACK, "pem"))
                    .isEqualTo(HeartbeatOutcome.UNKNOWN_NODE);
            assertThat(lookup(STRANGER).orElseThrow().token()).isInstanceOf(TokenGrant.Withheld.class);
            assertThat(lookup(STRANGER).orElseThrow().node().properties()).isEmpty();
        }
        assertThat(store.agents().find(node.uuid())).isEmpty();
        assertThat(changed).isEmpty();
        lease("");
        assertThat(directory.deliverScript(MAC, OWN)).as("without a lease").isInstanceOf(Delivery.Refused.class);
    }

    @Test
    void eachDeliverySupersedesTheOneBeforeAndThereAreFiveAtMost() {
        begin();
        Set<String> tokens = new HashSet<>();
        for (int i = 0; i < RamdiskDirectory.MAX_DELIVERIES; i++) {
            tokens.add(delivered(OWN).reveal());
        }

        assertThat(tokens).hasSize(RamdiskDirectory.MAX_DELIVERIES);
        assertThat(directory.deliverScript(MAC, OWN)).isInstanceOf(Delivery.Refused.class);
        assertThat(agent().intrusion()).isEmpty();
    }

    @Test
    void aSupersededTokenIsAnIntrusionEvenAtTheSameAddress() {
        begin();
        AgentToken first = delivered(OWN);
        AgentToken second = delivered(OWN);

        assertThat(heartbeat(OWN, first, CALLBACK, "pem")).isEqualTo(HeartbeatOutcome.WRONG_TOKEN);

        assertThat(agent().intrusion().orElseThrow()).contains("superseded").contains("10.0.0.51");
        assertThat(heartbeat(OWN, second, CALLBACK, "pem"))
                .as("the token is void")
                .isEqualTo(HeartbeatOutcome.WRONG_TOKEN);
        assertThat(directory.deliverScript(MAC, OWN))
                .as("before the machine is booted again")
                .isInstanceOf(Delivery.Refused.class);
    }

    @Test
    void everyRequestFromElsewhereAfterTheDeliveryIsAnIntrusionAndGetsNothing() {
        begin();
        List<Runnable> requests = List.of(
                () -> assertThat(directory.deliverScript(MAC, STRANGER)).isInstanceOf(Delivery.Refused.class),
                () -> assertThat(lookup(STRANGER)).isEmpty(),
                () -> assertThat(heartbeat(STRANGER, tokenNow(), CALLBACK, "pem"))
                        .isEqualTo(HeartbeatOutcome.WRONG_TOKEN),
                () -> assertThat(heartbeat(STRANGER, AgentToken.of("x".repeat(43)), CALLBACK, "pem"))
                        .isEqualTo(HeartbeatOutcome.WRONG_TOKEN));
        for (Runnable request : requests) {
            store.agents().forget(node.uuid());
            AgentToken token = delivered(OWN);
            heartbeat(OWN, token, CALLBACK, "pem");
            changed.clear();

            request.run();

            assertThat(agent().intrusion().orElseThrow()).contains("10.0.0.66").contains("10.0.0.51");
            assertThat(agent().token().reveal()).isNotEqualTo(token.reveal());
            assertThat(changed).as("the operation is woken").containsExactly(node.uuid());
            assertThat(lookup(OWN)).isEmpty();
        }
    }

    @Test
    void aSecondAgentOrASecondBootAtTheSameAddressIsAnIntrusion() {
        begin();
        List<Runnable> requests = List.of(
                () -> assertThat(heartbeat(OWN, tokenNow(), URI.create("https://10.0.0.51:10000"), "pem"))
                        .isEqualTo(HeartbeatOutcome.CALLBACK_CHANGED),
                () -> assertThat(heartbeat(OWN, tokenNow(), CALLBACK, "another pem"))
                        .isEqualTo(HeartbeatOutcome.CALLBACK_CHANGED),
                () -> assertThat(directory.deliverScript(MAC, OWN)).isInstanceOf(Delivery.Refused.class));
        for (Runnable request : requests) {
            store.agents().forget(node.uuid());
            heartbeat(OWN, delivered(OWN), CALLBACK, "pem");

            request.run();

            assertThat(agent().intrusion()).isPresent();
        }
    }

    @Test
    void theRamdiskMayUseAnotherPortOfItsNodeThanTheFirmware() {
        begin();
        AgentToken token = delivered(OWN);

        assertThat(lookup(OTHER_PORT)).isPresent();
        assertThat(heartbeat(OTHER_PORT, token, URI.create("https://10.0.0.52:9999"), "pem"))
                .isEqualTo(HeartbeatOutcome.ACCEPTED);
        assertThat(agent().intrusion()).isEmpty();
    }

    @Test
    void aLookupAnswersTheTokenOnlyWhereThatIsConfiguredAndUntilTheFirstHeartbeat() {
        begin();
        AgentToken token = delivered(OWN);
        assertThat(lookup(OWN).orElseThrow().token()).isInstanceOf(TokenGrant.Withheld.class);

        directory = directory(LookupToken.UNTIL_HEARTBEAT);
        assertThat(lookup(OWN).orElseThrow().token()).isEqualTo(new TokenGrant.Given(token));
        heartbeat(OWN, token, CALLBACK, "pem");
        assertThat(lookup(OWN).orElseThrow().token()).isInstanceOf(TokenGrant.Withheld.class);
        assertThat(lookup(STRANGER)).isEmpty();
    }

    @Test
    void theImageNeedsTheSecretOfThisBootAndTheRamdisksAddress() {
        begin();
        delivered(OWN);
        String former = imageSecret();
        delivered(OWN);
        String secret = imageSecret();
        assertThat(directory.image(node.uuid(), secret, OWN))
                .as("not ready yet")
                .isEmpty();
        ready();

        assertThat(directory.image(node.uuid(), secret, OWN)).contains(IMAGE);
        assertThat(directory.image(node.uuid(), secret, STRANGER)).isEmpty();
        assertThat(directory.image(node.uuid(), former, OWN)).isEmpty();
        assertThat(directory.image(node.uuid(), "", OWN)).isEmpty();
        assertThat(directory.image(UUID.randomUUID(), secret, OWN)).isEmpty();
        assertThat(agent().intrusion()).isEmpty();
        lookup(STRANGER);
        assertThat(directory.image(node.uuid(), secret, OWN))
                .as("after an intrusion")
                .isEmpty();
    }

    @Test
    void noRamdiskWaitsForTheRamdiskOfAnotherNode() throws Exception {
        int nodes = 70;
        Secret token = Secret.of("x".repeat(43));
        List<UUID> deployed = new ArrayList<>();
        for (int number = 2; number < 2 + nodes; number++) {
            UUID other = store.nodes().enrol(StoreFixture.spec(number)).uuid();
            InstanceOnNode instance = StoreFixture.instance("web" + number);
            store.nodes().claim(other, instance);
            store.operations().begin(StoreFixture.deployment(other, instance), Map.of(), ProvisionEvent.DEPLOY);
            store.agents().save(AgentRecord.delivered(other, token, OWN, 1, token));
            deployed.add(other);
        }
        CountDownLatch allAreSaving = new CountDownLatch(nodes);
        AgentStore agents = mock(AgentStore.class, delegatesTo(store.agents()));
        doAnswer(call -> {
                    allAreSaving.countDown();
                    assertThat(allAreSaving.await(20, TimeUnit.SECONDS))
                            .as("all nodes at once")
                            .isTrue();
                    return null;
                })
                .when(agents)
                .save(any());
        Store slow = mock(Store.class, delegatesTo(store));
        doReturn(agents).when(slow).agents();
        RamdiskDirectory busy = directory(slow, LookupToken.NEVER);

        List<Future<HeartbeatOutcome>> outcomes = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (UUID other : deployed) {
                outcomes.add(threads.submit(() -> busy.heartbeat(
                        OWN, other, new Heartbeat(CALLBACK, AgentToken.of(token.reveal()), "13.0.0", "pem"))));
            }
        }

        for (Future<HeartbeatOutcome> outcome : outcomes) {
            assertThat(outcome.get()).isEqualTo(HeartbeatOutcome.ACCEPTED);
        }
    }

    private void begin() {
        store.operations().begin(operation, Map.of(), ProvisionEvent.DEPLOY);
    }

    private void ready() {
        Map.of(
                        "deploy.image-file",
                        IMAGE.toString(),
                        "deploy.image-size",
                        "7",
                        "deploy.image-checksum",
                        "sha256:" + "ab".repeat(32))
                .forEach((key, value) ->
                        store.operations().change(operation.id(), op -> op.remembering(key, value, StoreFixture.NOW)));
    }

    private AgentToken delivered(InetAddress to) {
        Delivery delivery = directory.deliverScript(MAC, to);
        assertThat(delivery).isInstanceOf(Delivery.Given.class);
        return ((Delivery.Given) delivery).token();
    }

    private AgentRecord agent() {
        return store.agents().find(node.uuid()).orElseThrow();
    }

    private AgentToken tokenNow() {
        return AgentToken.of(agent().token().reveal());
    }

    private String imageSecret() {
        return agent().imageSecret().orElseThrow().reveal();
    }

    private Optional<LookupAnswer> lookup(InetAddress sender) {
        return directory.lookup(sender, List.of(MAC), Optional.empty());
    }

    private HeartbeatOutcome heartbeat(InetAddress sender, AgentToken token, URI callback, String certificate) {
        return directory.heartbeat(sender, node.uuid(), new Heartbeat(callback, token, "13.0.0", certificate));
    }

    private void lease(String lines) throws IOException {
        Files.writeString(folder.resolve("leases"), lines);
    }

    private RamdiskDirectory directory(LookupToken lookup) {
        return directory(store, lookup);
    }

    private RamdiskDirectory directory(Store used, LookupToken lookup) {
        return new RamdiskDirectory(
                used,
                InstantSource.fixed(StoreFixture.NOW),
                new RamdiskDirectory.Settings(
                        OperationRules.ALL, new LeaseFile(folder.resolve("leases")), Duration.ofMinutes(5), lookup),
                changed::add);
    }
}
