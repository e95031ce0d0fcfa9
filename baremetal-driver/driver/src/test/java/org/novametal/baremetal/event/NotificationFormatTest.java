package org.novametal.baremetal.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeRecords;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.inventory.PortSpec;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.power.PowerCommand;
import org.novametal.baremetal.provision.ProvisionListener.StateChange;
import org.novametal.baremetal.state.NodeMarks.Maintenance;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.driver.model.PowerState;

/** Compares our notifications with those that were recorded from Ironic: every name, version, field, order and kind of value. */
class NotificationFormatTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RECORDED = "ironic-notifications.json";

    /** Types that Ironic has for things that this driver does not have, or does not report. */
    private static final List<String> NOT_OURS = List.of(
            "baremetal.allocation.", "baremetal.deploytemplate.", "baremetal.runbook.", "baremetal.port.update.error");

    @TempDir
    Path folder;

    private final ReceivedNotifications received = new ReceivedNotifications();
    private JsonNode recorded = JSON.createObjectNode();

    @BeforeEach
    void sendOneOfEachType() throws Exception {
        try (InputStream in = Objects.requireNonNull(NotificationFormatTest.class.getResourceAsStream(RECORDED))) {
            recorded = JSON.readTree(in).get("notifications");
        }
        InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-30T03:51:47.057719Z"));
        try (Store store = StoreFixture.open(folder);
                Notifications notifications = new Notifications("compute-0", clock, List.of(received))) {
            InventoryWatch watch = InventoryWatch.of(store.nodes(), notifications);
            watch.begin();
            NodeSpec spec = StoreFixture.fullSpec(1);
            NodeRecord node = store.nodes().enrol(spec);
            watch.look();
            node = store.nodes()
                    .update(
                            node.version(),
                            spec.toBuilder()
                                    .vcpus(3)
                                    .withoutConsoleLog()
                                    .ports(List.of(spec.ports().getFirst().withPxe(other(spec))))
                                    .build());
            store.nodes().setMaintenance(node.uuid(), Optional.of(new Maintenance("fan", "operator")));
            watch.look();
            NodeNotifications changes = new NodeNotifications(notifications, store.nodes());
            changes.commandBegins(node, PowerCommand.ON);
            changes.commandEnded(node, PowerCommand.ON, Optional.empty());
            changes.commandEnded(node, PowerCommand.ON, Optional.of("no answer"));
            changes.consolesRestored(
                    List.of(NodeRecords.of(spec.toBuilder().consoleLog("sol").build(), StoreFixture.NOW)));
            changes.powerChanged(node, PowerState.RUNNING, PowerState.NOSTATE);
            for (ProvisionEvent event :
                    List.of(ProvisionEvent.CLEAN, ProvisionEvent.WAIT, ProvisionEvent.RESUME, ProvisionEvent.FAIL)) {
                changes.stateChanged(change(node, event));
            }
            changes.stateChanged(change(node, ProvisionEvent.DONE));
            RefusedChanges refused = new RefusedChanges(notifications);
            refused.created(StoreFixture.fullSpec(2));
            refused.updated(node);
            refused.deleted(node);
            store.nodes().remove(node.uuid());
            watch.look();
        }
    }

    private static PortSpec.Pxe other(NodeSpec spec) {
        return spec.ports().getFirst().pxe() == PortSpec.Pxe.ENABLED ? PortSpec.Pxe.DISABLED : PortSpec.Pxe.ENABLED;
    }

    private static StateChange change(NodeRecord node, ProvisionEvent event) {
        ProvisionState before = switch (event) {
            case CLEAN -> ProvisionState.MANAGEABLE;
            case RESUME -> ProvisionState.CLEAN_WAIT;
            default -> ProvisionState.CLEANING;
        };
        return NodeNotificationsTest.change(
                node,
                before,
                event,
                OperationRecord.begin(
                        new UUID(0, 1),
                        node.uuid(),
                        OperationKind.CLEAN,
                        Optional.empty(),
                        OperationInput.NOTHING,
                        StoreFixture.PLAN,
                        StoreFixture.NOW));
    }

    @Test
    void everyRecordedTypeIsSentUnlessItIsOfSomethingThatWeDoNotHave() {
        Set<String> sent = new HashSet<>(received.types());
        List<String> missing = new ArrayList<>();
        recorded.fieldNames().forEachRemaining(type -> {
            if (NOT_OURS.stream().noneMatch(type::startsWith) && !sent.contains(type)) {
                missing.add(type);
            }
        });

        assertThat(missing)
                .as("recorded types that were not sent: sent are " + sent)
                .isEmpty();
    }

    @Test
    void namesVersionsPrioritiesAndFieldsAreThoseOfTheRecordedOnes() {
        Map<String, JsonNode> byObject = new HashMap<>();
        recorded.properties()
                .forEach(one -> byObject.put(one.getValue().get("name").textValue(), one.getValue()));
        for (JsonNode ours : received.all()) {
            String type = ours.get("event_type").textValue();
            JsonNode payload = ours.get("payload");
            JsonNode theirs = Objects.requireNonNull(
                    recorded.has(type)
                            ? recorded.get(type)
                            : byObject.get(payload.get("ironic_object.name").textValue()),
                    type);
            assertThat(names(ours)).as(type).isEqualTo(texts(theirs.get("envelope")));
            assertThat(names(payload)).as(type).isEqualTo(texts(theirs.get("payload")));
            assertThat(payload.get("ironic_object.name")).as(type).isEqualTo(theirs.get("name"));
            assertThat(payload.get("ironic_object.version")).as(type).isEqualTo(theirs.get("version"));
            assertThat(payload.get("ironic_object.namespace").textValue()).isEqualTo("ironic");
            assertThat(ours.get("priority").textValue()).as(type).isEqualTo(type.endsWith(".error") ? "ERROR" : "INFO");
            assertThat(names(payload.get("ironic_object.data"))).as(type).isEqualTo(names(theirs.get("data")));
        }
    }

    @Test
    void valuesAreOfTheKindsThatWereRecordedForTheirField() {
        Map<String, Set<String>> kinds = new HashMap<>();
        for (JsonNode one : recorded) {
            String object = one.get("name").textValue();
            one.get("data")
                    .properties()
                    .forEach(field -> kinds.computeIfAbsent(key(object, field.getKey()), _ -> new HashSet<>())
                            .add(field.getValue().textValue()));
        }
        for (JsonNode ours : received.all()) {
            JsonNode payload = ours.get("payload");
            String object = payload.get("ironic_object.name").textValue();
            payload.get("ironic_object.data").properties().forEach(field -> {
                Set<String> known = kinds.getOrDefault(key(object, field.getKey()), Set.of());
                if (!known.equals(Set.of("null")) && !field.getValue().isNull()) {
                    assertThat(known)
                            .as(object + " " + field.getKey() + " = " + field.getValue())
                            .contains(kind(field.getValue()));
                }
            });
        }
    }

    /** Fields of a node have one kind in all objects of nodes. */
    private static String key(String object, String field) {
        return (object.startsWith("Node") ? "Node" : object) + "." + field;
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "text";
            case NUMBER -> "number";
            case BOOLEAN -> "boolean";
            case ARRAY -> "list";
            default -> "object";
        };
    }

    @Test
    void theEnvelopeHasTheTimeAndTheHost() {
        JsonNode first = received.all().getFirst();

        assertThat(first.get("timestamp").textValue()).isEqualTo("2026-11-30 03:51:47.057719");
        assertThat(first.get("publisher_id").textValue()).isEqualTo("nova-metal.compute-0");
        assertThat(received.all().stream().map(one -> one.get("message_id")).distinct())
                .hasSameSizeAs(received.all());
    }

    @Test
    void noNotificationHasAPasswordOrKey() {
        assertThat(received.all().toString())
                .doesNotContain(StoreFixture.PASSWORD)
                .doesNotContain(StoreFixture.fullSpec(1).credentials().key().orElse("no key"))
                .doesNotContain("password");
    }

    @Test
    void theStartOfAnUpdateHasTheOldValuesAndItsEndTheNewOnes() {
        assertThat(received.data("baremetal.node.update.start")
                        .at("/properties/cpus")
                        .intValue())
                .isEqualTo(StoreFixture.fullSpec(1).vcpus());
        assertThat(received.data("baremetal.node.update.end")
                        .at("/properties/cpus")
                        .intValue())
                .isEqualTo(3);
        assertThat(received.data("baremetal.node.maintenance_set.start")
                        .get("maintenance")
                        .booleanValue())
                .isFalse();
        assertThat(received.data("baremetal.node.maintenance_set.end")
                        .get("maintenance_reason")
                        .textValue())
                .isEqualTo("fan");
        assertThat(received.data("baremetal.node.create.start")
                        .get("created_at")
                        .isNull())
                .isTrue();
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.textValue()));
        return texts;
    }
}
