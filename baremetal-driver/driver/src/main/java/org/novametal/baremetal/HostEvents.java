package org.novametal.baremetal;

import java.time.Duration;
import java.util.Optional;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.power.PowerListener;
import org.novametal.baremetal.provision.ProvisionListener;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.host.DriverEvent.HostAvailability;
import org.novametal.driver.host.DriverEvent.HostAvailability.State;
import org.novametal.driver.host.DriverEvent.InstanceLifecycle;
import org.novametal.driver.host.DriverEvent.InstanceLifecycle.Transition;
import org.novametal.driver.host.DriverEvent.NodeStateChanged;
import org.novametal.driver.host.DriverEvent.OperationProgress;
import org.novametal.driver.host.DriverEvent.PowerChanged;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.host.EventQueue;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.PowerState;

/**
 * What happens to nodes and to this host, as a compute service hears it: in the order of the events' numbers, on one thread,
 * so that no operation waits for the service. The first event says that the host is up, the last that it is down.
 */
final class HostEvents implements ProvisionListener, PowerListener, AutoCloseable {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final DriverHost host;
    private final EventQueue events;
    private volatile State told = State.DOWN;

    HostEvents(DriverHost host) {
        this.host = host;
        this.events = new EventQueue(host);
        events.start();
    }

    /** Tells that the host can work. */
    void up(String reason) {
        tell(State.DOWN, State.UP, reason);
    }

    /** Takes note of how the store answered a call: empty when it did, else why not. */
    void storeAnswered(Optional<DriverException> failure) {
        if (failure.isPresent()) {
            tell(State.UP, State.DOWN, failure.get().getMessage());
        } else {
            tell(State.DOWN, State.UP, "the store answers again");
        }
    }

    private void tell(State from, State to, String reason) {
        // Every answer of the store comes here, and nearly none changes anything: those take no lock.
        if (told != from) {
            return;
        }
        synchronized (this) {
            if (told == from) {
                told = to;
                events.put(stamp -> new HostAvailability(stamp, host.host(), to, reason));
            }
        }
    }

    /** Tells that the host is down, delivers what is left, within a limit, and ends the thread. */
    @Override
    public void close() {
        tell(State.UP, State.DOWN, "the driver is closed");
        events.close(CLOSE_LIMIT);
    }

    @Override
    public void stateChanged(NodeRecord node, Optional<InstanceId> instance, ProvisionState oldState) {
        events.put(stamp -> new NodeStateChanged(
                stamp,
                node.name(),
                instance,
                oldState.persistedName(),
                node.state().persistedName()));
        if (node.state().instanceRuns() && node.power().seen() == PowerState.RUNNING) {
            instance.ifPresent(
                    id -> events.put(stamp -> new InstanceLifecycle(stamp, node.name(), id, Transition.STARTED)));
        }
    }

    @Override
    public void powerChanged(NodeRecord node, PowerState before, PowerState now) {
        Optional<InstanceId> instance = node.instance().map(InstanceOnNode::id);
        events.put(stamp -> new PowerChanged(stamp, node.name(), instance, before, now));
        // The wanted state is the last known power of a machine that could not be read for a while.
        PowerState known = before == PowerState.NOSTATE ? node.power().wanted().state() : before;
        if (node.state().instanceRuns() && now != known) {
            instance.ifPresent(id -> transition(now)
                    .ifPresent(transition ->
                            events.put(stamp -> new InstanceLifecycle(stamp, node.name(), id, transition))));
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
        events.put(stamp -> new OperationProgress(stamp, node.name(), instance, step, fraction));
    }
}
