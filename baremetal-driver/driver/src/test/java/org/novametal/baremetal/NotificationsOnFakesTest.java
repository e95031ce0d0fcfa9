package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.event.Notification;
import org.novametal.baremetal.metrics.MicrometerMetrics;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerOffRequest;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.testing.ScriptedDriverHost;

/** What a listener and the file get of a whole life of an instance, and of a change by another process. */
class NotificationsOnFakesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final NodeName NODE = FakeCloud.nodeName(0);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final RequestContext CONTEXT = RequestContext.of("req-1");

    @TempDir
    Path folder;

    private final List<Notification> received = new CopyOnWriteArrayList<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private FakeCloud cloud;
    private BareMetalDriver driver;
    private Path file;

    private final CapturedLog log = CapturedLog.of("org.novametal.baremetal.provision.OperationJournal");

    @AfterEach
    void endLog() {
        log.close();
    }

    @BeforeEach
    void start() throws Exception {
        cloud = new FakeCloud(folder, 1);
        file = folder.resolve("notifications.json");
        ScriptedDriverHost host = new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system());
        driver = BareMetalDriver.builder()
                .options(cloud.options().withEvents(new BareMetalOptions.Events(Optional.of(file), 10_240, 1)))
                .host(host)
                .notificationListener(received::add)
                .metrics(new MicrometerMetrics(registry))
                .build();
        driver.initHost(host.host());
    }

    @AfterEach
    void close() {
        driver.close();
        cloud.close();
    }

    private List<JsonNode> inFile() throws Exception {
        List<JsonNode> all = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            all.add(JSON.readTree(line));
        }
        return all;
    }

    private List<String> statesAndCommands() {
        List<String> texts = new ArrayList<>();
        for (Notification one : received) {
            var data = one.payload().data();
            if (one.eventType().startsWith("baremetal.node.provision_set.")) {
                texts.add(one.eventType().substring("baremetal.node.provision_set.".length()) + " "
                        + data.get("previous_provision_state") + " -> " + data.get("provision_state") + " by "
                        + data.get("event"));
            } else if (one.eventType().startsWith("baremetal.node.power_set.")) {
                texts.add(one.eventType().substring("baremetal.node.".length()) + " " + data.get("to_power"));
            }
        }
        return texts;
    }

    private void await(Predicate<Notification> wanted) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (received.stream().noneMatch(wanted)) {
            assertThat(System.nanoTime())
                    .as("received: "
                            + received.stream().map(Notification::eventType).toList())
                    .isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static Predicate<Notification> toState(String state) {
        return one -> one.eventType().equals("baremetal.node.provision_set.end")
                && state.equals(one.payload().data().get("provision_state"));
    }

    @Test
    void aWholeLifeOfAnInstanceIsNotifiedInOrderToListenersAndFile() throws Exception {
        Flavor flavor =
                Flavor.builder("metal").vcpus(4).memoryMb(8192).rootGb(1).build();
        Instance instance = Instance.builder(new InstanceId(new UUID(1, 2)), flavor)
                .name("web-1")
                .hostname("web1")
                .node(NODE)
                .build();
        ImageMeta image = ImageMeta.builder("noble").source(cloud.imageUrl()).build();
        driver.spawn(CONTEXT, SpawnRequest.builder(instance, image).build());
        driver.powerOff(CONTEXT, PowerOffRequest.hard(instance));
        driver.destroy(CONTEXT, DestroyRequest.of(instance));
        await(toState("available"));
        assertThat(registry.get("novametal.operations")
                        .tags("kind", "deploy", "outcome", "succeeded")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("novametal.image.cache.images").gauge().value()).isEqualTo(1);
        assertThat(registry.get("novametal.steps").timers()).hasSizeGreaterThan(5);
        driver.close();

        assertThat(statesAndCommands())
                .containsSubsequence(
                        "start available -> deploying by deploy",
                        "success deploying -> wait call-back by wait",
                        "success wait call-back -> deploying by resume",
                        "end deploying -> active by done",
                        "power_set.start power off",
                        "power_set.end power off",
                        "start active -> deleting by delete",
                        "success deleting -> cleaning by clean",
                        "end cleaning -> available by done");
        assertThat(log.messages())
                .as("one log line a change, with node, instance and request")
                .anyMatch(line -> line.matches("node metal-0 instance " + instance.id()
                        + " request req-1: available -> deploying \\([0-9]+ ms\\)"));
        assertThat(inFile().stream().map(one -> one.get("message_id").textValue()))
                .isEqualTo(
                        received.stream().map(one -> one.messageId().toString()).toList());
    }

    @Test
    void aChangeByAnotherProcessIsNotifiedByTheHost() throws Exception {
        try (BareMetalInventory beside =
                BareMetalInventory.open(cloud.options(), InstantSource.system(), BareMetalInventory.Missing.REFUSE)) {
            beside.enrolment()
                    .update(cloud.node(NODE), spec -> spec.toBuilder().vcpus(17).build());
        }

        await(one -> one.eventType().equals("baremetal.node.update.end"));
    }
}
