package org.novametal.baremetal;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeStore;
import org.novametal.baremetal.step.BmcDirectory;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcFactories;
import org.novametal.bmc.BmcOptions;

/**
 * One open handle a node, by the factory that answers for its address. A handle is opened anew when the node's address or
 * credentials changed. Safe for several threads.
 */
final class BmcHandles implements BmcDirectory, AutoCloseable {
    private final NodeStore store;
    private final BmcFactories factories;
    private final BmcOptions options;
    private final Map<UUID, Handle> handles = new ConcurrentHashMap<>();

    private record Handle(BmcAddress address, BmcCredentials credentials, Bmc bmc) {}

    BmcHandles(NodeStore store, BmcFactories factories, BmcOptions options) {
        this.store = store;
        this.factories = factories;
        this.options = options;
    }

    @Override
    public Bmc bmc(NodeRecord node) {
        BmcCredentials credentials = store.credentials(node.uuid());
        return handles.compute(node.uuid(), (_, present) -> {
                    if (present != null
                            && present.address().equals(node.bmc())
                            && present.credentials().equals(credentials)) {
                        return present;
                    }
                    if (present != null) {
                        present.bmc().close();
                    }
                    return new Handle(node.bmc(), credentials, factories.open(node.bmc(), credentials, options));
                })
                .bmc();
    }

    @Override
    public void close() {
        handles.values().forEach(handle -> handle.bmc().close());
        handles.clear();
    }
}
