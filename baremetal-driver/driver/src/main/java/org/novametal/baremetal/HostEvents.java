package org.novametal.baremetal;

import java.util.Optional;
import java.util.UUID;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.power.PowerListener;
import org.novametal.baremetal.provision.ProvisionListener;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.driver.host.DriverEvent.InstanceLifecycle;
import org.novametal.driver.host.DriverEvent.InstanceLifecycle.Transition;
import org.novametal.driver.host.DriverEvent.NodeStateChanged;
import org.novametal.driver.host.DriverEvent.OperationProgress;
import org.novametal.driver.host.DriverEvent.PowerChanged;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.host.EventStamps;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.PowerState;

/** What happens to nodes, as a compute service hears it. */
final class HostEvents implements ProvisionListener, PowerListener {
    private final DriverHost host;

    private final EventStamps stamps;

    HostEvents(DriverHost host) {
        this(host, new EventStamps(UUID.randomUUID(), host.clock()));
    }

    HostEvents(DriverHost host, EventStamps stamps) {
        this.host = host;
        this.stamps = stamps;
    }

    @Override
    public void stateChanged(NodeRecord node, Optional<InstanceId> instance, ProvisionState oldState) {
        host.emit(new NodeStateChanged(
                stamps.next(),
                node.name(),
                instance,
                oldState.persistedName(),
                node.state().persistedName()));
        if (node.state().instanceRuns() && node.power().seen() == PowerState.RUNNING) {
            instance.ifPresent(
                    id -> host.emit(new InstanceLifecycle(stamps.next(), node.name(), id, Transition.STARTED)));
        }
    }

    @Override
    public void powerChanged(NodeRecord node, PowerState before, PowerState now) {
        Optional<InstanceId> instance = node.instance().map(InstanceOnNode::id);
        host.emit(new PowerChanged(stamps.next(), node.name(), instance, before, now));
        // What was wanted is the last known power of a machine that could not be read for a while.
        PowerState known = before == PowerState.NOSTATE ? node.power().wanted().state() : before;
        if (node.state().instanceRuns() && now != known) {
            instance.ifPresent(id -> transition(now)
                    .ifPresent(transition ->
                            host.emit(new InstanceLifecycle(stamps.next(), node.name(), id, transition))));
        }
    }

    private static Optional<Transition> transition(PowerState power) {
        return switch (power) {
            case RUNNING -> Optional.of(Transition.STARTED);
            case SHUTDOWN -> Optional.of(Transition.STOPPED);
            case NOSTATE, PAUSED, CRASHED, SUSPENDED -> Optional.empty();
        };
    }

    @Override
    public void progressed(NodeRecord node, Optional<InstanceId> instance, String step, double fraction) {
        host.emit(new OperationProgress(stamps.next(), node.name(), instance, step, fraction));
    }
}
