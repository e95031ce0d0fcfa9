package org.novametal.examples.quickstart;

import java.time.InstantSource;
import java.util.Optional;
import org.novametal.driver.host.DriverEvent;
import org.novametal.driver.host.DriverEvent.HostAvailability;
import org.novametal.driver.host.DriverEvent.InstanceLifecycle;
import org.novametal.driver.host.DriverEvent.NetworkFault;
import org.novametal.driver.host.DriverEvent.NodeStateChanged;
import org.novametal.driver.host.DriverEvent.OperationProgress;
import org.novametal.driver.host.DriverEvent.PowerChanged;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.host.EventStamp;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.examples.quickstart.Report.Progressed;
import org.novametal.examples.quickstart.Report.StateChanged;

/** The quickstart as the driver's compute service: it shows the driver's events. */
record QuickstartHost(Output output) implements DriverHost {
    @Override
    public HostName host() {
        return new HostName("quickstart");
    }

    @Override
    public InstantSource clock() {
        return InstantSource.system();
    }

    @Override
    public void emit(DriverEvent event) {
        switch (event) {
            case NodeStateChanged(
                    EventStamp stamp,
                    NodeName node,
                    Optional<InstanceId> instance,
                    String oldState,
                    String newState) ->
                output.show(new StateChanged(node.value(), instance.map(InstanceId::toString), oldState, newState));
            case OperationProgress(
                    EventStamp stamp,
                    NodeName node,
                    Optional<InstanceId> instance,
                    String step,
                    double fraction) -> output.show(new Progressed(node.value(), step, fraction));
            case PowerChanged _, InstanceLifecycle _, HostAvailability _, NetworkFault _ -> {
                // The change of the node's state, the answer to the power call, or the log already shows this.
            }
        }
    }
}
