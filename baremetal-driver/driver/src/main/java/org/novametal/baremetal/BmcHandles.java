package org.novametal.baremetal;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.novametal.baremetal.inventory.BmcSettings;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.step.BmcDirectory;
import org.novametal.baremetal.store.NodeStore;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.loader.BmcFactories;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one open BMC handle per node, made by the factory for its address scheme. Thread-safe.
 *
 * <p>A handle is used as long as the node is enrolled and its address and settings do not change, so that the store does not
 * decrypt the credentials at each call.
 */
final class BmcHandles implements BmcDirectory, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BmcHandles.class);

    private final NodeStore store;
    private final BmcFactories factories;
    private final BmcOptions options;
    private final Map<UUID, Handle> handles = new ConcurrentHashMap<>();

    private record Handle(Instant enrolled, BmcAddress address, BmcSettings settings, Bmc bmc) {
        boolean fits(NodeRecord node) {
            return enrolled.equals(node.createdAt()) && address.equals(node.bmc()) && settings.equals(node.settings());
        }
    }

    BmcHandles(NodeStore store, BmcFactories factories, BmcOptions options) {
        this.store = store;
        this.factories = factories;
        this.options = options;
    }

    @Override
    public Bmc bmc(NodeRecord node) {
        Handle known = handles.get(node.uuid());
        if (known != null && known.fits(node)) {
            return known.bmc();
        }
        BmcCredentials credentials = store.credentials(node.uuid());
        return handles.compute(node.uuid(), (_, present) -> {
                    if (present != null && present.fits(node)) {
                        return present;
                    }
                    if (present != null) {
                        close(present.bmc());
                    }
                    return new Handle(node.createdAt(), node.bmc(), node.settings(), open(node, credentials));
                })
                .bmc();
    }

    /** Opens a node's BMC; one that cannot be opened is a failure of this node alone. */
    private Bmc open(NodeRecord node, BmcCredentials credentials) {
        try {
            return factories.open(node.bmc(), credentials, optionsOf(node));
        } catch (IllegalArgumentException e) {
            throw new BmcException(
                    Reason.UNSUPPORTED,
                    "BMC " + node.bmc() + " cannot be opened: " + e.getMessage()
                            + "; correct the BMC address, user, password or settings of node " + node.name(),
                    e);
        } catch (RuntimeException | LinkageError e) {
            throw BmcException.unexpected("BMC " + node.bmc(), e);
        }
    }

    private static void close(Bmc bmc) {
        try {
            bmc.close();
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("BMC {} could not be closed; its session stays open until it times out", bmc.address(), e);
        }
    }

    private BmcOptions optionsOf(NodeRecord node) {
        BmcSettings settings = node.settings();
        BmcOptions own =
                settings.sessionPolicy().map(options::withSessionPolicy).orElse(options);
        own = settings.privilege().map(own::withPrivilege).orElse(own).withKeyExchange(settings.keyExchange());
        return settings.certificate().map(own::withCertificateFingerprint).orElse(own);
    }

    /** How many BMCs are open. */
    int count() {
        return handles.size();
    }

    /** Closes and forgets the handle of a node that was removed or updated. */
    void forget(UUID node) {
        Handle known = handles.remove(node);
        if (known != null) {
            close(known.bmc());
        }
    }

    /** Closes and forgets the handles of all nodes that are neither in {@code nodes} nor in the store any more. */
    void keepOnly(Set<UUID> nodes) {
        for (UUID node : List.copyOf(handles.keySet())) {
            // A node may have been enrolled, and be worked on, since the set was listed.
            if (!nodes.contains(node) && store.find(node).isEmpty()) {
                forget(node);
            }
        }
    }

    @Override
    public void close() {
        handles.values().forEach(handle -> close(handle.bmc()));
        handles.clear();
    }
}
