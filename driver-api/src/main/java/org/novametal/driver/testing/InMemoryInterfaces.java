package org.novametal.driver.testing;

import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.novametal.driver.capability.InterfaceAttachment;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.RequestContext;

/** The network interfaces of in-memory machines, identified by their ids; each takes one port of its node. */
final class InMemoryInterfaces implements InterfaceAttachment {
    private final InMemoryNodes nodes;
    private final Function<Instance, NodeRow> rowOf;

    InMemoryInterfaces(InMemoryNodes nodes, Function<Instance, NodeRow> rowOf) {
        this.nodes = nodes;
        this.rowOf = rowOf;
    }

    @Override
    public void attachInterface(RequestContext context, Instance instance, NetworkInterface network) {
        change(instance, row -> row.withInterface(network));
    }

    @Override
    public void detachInterface(RequestContext context, Instance instance, NetworkInterface network) {
        change(instance, row -> row.withoutInterface(network));
    }

    @Override
    public void plugVifs(Instance instance, List<NetworkInterface> networks) {
        networks.forEach(network -> change(instance, row -> row.withInterface(network)));
    }

    @Override
    public void unplugVifs(Instance instance, List<NetworkInterface> networks) {
        networks.forEach(network -> change(instance, row -> row.withoutInterface(network)));
    }

    private void change(Instance instance, UnaryOperator<NodeRow> change) {
        nodes.change(rowOf.apply(instance).node().name(), row -> row.isHeldBy(instance.id()) ? change.apply(row) : row);
    }
}
