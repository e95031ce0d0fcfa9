package org.novametal.baremetal;

import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;
import org.novametal.baremetal.config.ListenAddress;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.bmc.BmcAddress;

/**
 * Whether a node can reach the address at which this host serves boot scripts and images. A loopback or wildcard address reaches
 * this machine alone; a node is on this machine, as a fake or virtual one, when its BMC has a loopback address.
 *
 * @param served the address, as it is given to nodes
 * @param remedy what to set, as in "set [baremetal] …"
 */
record NodeReach(Supplier<URI> served, String remedy) {
    /** Why the node cannot reach the address; empty when nothing speaks against it. */
    Optional<String> problem(NodeRecord node) {
        URI address = served.get();
        BmcAddress bmc = node.bmc();
        return isOnlyHere(address.getHost()) && !isOnlyHere(bmc.host())
                ? Optional.of("it cannot reach " + address + ", because its BMC " + bmc
                        + " says that it is another machine; " + remedy)
                : Optional.empty();
    }

    private static boolean isOnlyHere(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        return ListenAddress.isOnlyThisMachine(bare);
    }
}
