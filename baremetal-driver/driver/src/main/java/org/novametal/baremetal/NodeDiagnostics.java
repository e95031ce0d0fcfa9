package org.novametal.baremetal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.power.FleetPower;
import org.novametal.baremetal.power.NodeHealth;
import org.novametal.baremetal.store.Store;
import org.novametal.driver.capability.InstanceDiagnostics;
import org.novametal.driver.model.Instance;
import org.novametal.text.ForeignText;

/**
 * The facts about the nodes of instances for their administrators: from the store and from the power readings, without a call to
 * a BMC. Thread-safe.
 *
 * @param store the started driver's store
 * @param fleet the started driver's power readings
 */
record NodeDiagnostics(Supplier<Store> store, Supplier<FleetPower> fleet) implements InstanceDiagnostics {
    @Override
    public Map<String, String> getInstanceDiagnostics(Instance instance) {
        NodeRecord node = store.get().nodes().requireOfInstance(instance.id());
        NodeHealth health = fleet.get().health(node.uuid());
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("node", node.name().value());
        facts.put("node_uuid", node.uuid().toString());
        facts.put("bmc", node.bmc().toString());
        facts.put("provision_state", node.state().persistedName());
        facts.put("power", node.power().seen().name());
        facts.put("wanted_power", node.power().wanted().state().name());
        facts.put("cpus", Integer.toString(node.hardware().vcpus()));
        facts.put("memory_mb", Integer.toString(node.hardware().memoryMb()));
        facts.put("local_gb", Integer.toString(node.hardware().localGb()));
        facts.put("bmc_failed_readings", Integer.toString(health.failures()));
        put(facts, "bmc_reachable_since", health.reachableSince());
        put(facts, "bmc_unreachable_since", health.unreachableSince());
        put(facts, "bmc_last_error", health.lastError().map(NodeHealth.LastError::message));
        put(facts, "maintenance", node.maintenance());
        put(facts, "fault", node.marks().fault().map(fault -> fault.persistedName()));
        put(facts, "retired", node.marks().retired());
        put(facts, "last_error", node.lastError());
        Optional<OperationRecord> operation =
                node.operation().flatMap(store.get().operations()::find);
        put(facts, "operation", operation.map(OperationRecord::kind));
        put(facts, "operation_step", operation.flatMap(OperationRecord::step));
        put(facts, "operation_since", operation.map(OperationRecord::createdAt));
        return Map.copyOf(facts);
    }

    private static void put(Map<String, String> facts, String name, Optional<?> value) {
        value.ifPresent(known -> facts.put(name, ForeignText.line(known.toString())));
    }
}
