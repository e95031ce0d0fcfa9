package org.novametal.baremetal;

import java.time.Duration;
import java.util.Optional;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.power.PowerListener;
import org.novametal.baremetal.provision.ProvisionListener;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.host.DriverEvent.HostAvailability;
import org.novametal.driver.host.DriverEvent.HostAvailability.State;
import org.novametal.driver.host.DriverEvent.InstanceLifecycle;
import org.novametal.driver.host.DriverEvent.InstanceLifecycle.Transition;
import org.novametal.driver.host.DriverEvent.NetworkFault;
import org.novametal.driver.host.DriverEvent.NodeStateChanged;
import org.novametal.driver.host.DriverEvent.OperationProgress;
import org.novametal.driver.host.DriverEvent.PowerChanged;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.host.EventQueue;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.PowerState;

/**
 * Sends events about nodes and about this host to the compute service: in the order of their sequence numbers, on one thread,
 * so that no operation waits for the service. The first event says that the host is up, the last that it is down.
 */
final class HostEvents implements ProvisionListener, PowerListener, LeaseWatch.Listener, AutoCloseable {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final DriverHost host;
    private final EventQueue events;
    private volatile State reported = State.DOWN;

    HostEvents(DriverHost host) {
        this.host = host;
        this.events = new EventQueue(host);
        events.start();
    }

    /** Reports that the host is up. */
    void up(String reason) {
        report(State.DOWN, State.UP, reason);
    }

    /** Records the outcome of a call to the store: empty for a success, else the failure. */
    void storeAnswered(Optional<DriverException> failure) {
        if (failure.isPresent()) {
            report(State.UP, State.DOWN, failure.get().getMessage());
        } else {
            report(State.DOWN, State.UP, "the store answers again");
        }
    }

    private void report(State from, State to, String reason) {
        // This method is called after every call to the store. Nearly all calls change nothing; these take no lock.
        if (reported != from) {
            return;
        }
        synchronized (this) {
            if (reported == from) {
                reported = to;
                events.put(stamp -> new HostAvailability(stamp, host.host(), to, reason));
            }
        }
    }

    /** Reports that the host is down, delivers the remaining events within a limit, and ends the thread. */
    @Override
    public void close() {
        report(State.UP, State.DOWN, "the driver is closed");
        events.close(CLOSE_LIMIT);
    }

    @Override
    public void stateChanged(StateChange change) {
        NodeRecord node = change.node();
        Optional<InstanceId> instance = change.operation().instance();
        events.put(stamp -> new NodeStateChanged(
                stamp,
                node.name(),
                instance,
                change.before().persistedName(),
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
        // If the power could not be read for a while, the wanted state is the last known state.
        PowerState known = before == PowerState.NOSTATE ? node.power().wanted().state() : before;
        if (node.state().instanceRuns() && now != known) {
            instance.ifPresent(id -> transition(now)
                    .ifPresent(transition ->
                            events.put(stamp -> new InstanceLifecycle(stamp, node.name(), id, transition))));
        }
    }

    @Override
    public void networkFault(NodeRecord node, Optional<String> fault) {
        Optional<InstanceId> instance = node.instance().map(InstanceOnNode::id);
        events.put(stamp -> new NetworkFault(stamp, node.name(), instance, fault));
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
