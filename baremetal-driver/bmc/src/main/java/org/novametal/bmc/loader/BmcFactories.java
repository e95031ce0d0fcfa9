package org.novametal.bmc.loader;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.BmcOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All BMC factories of a process, by address scheme: factories passed in by the caller, factories on the class path, and
 * factories in a plug-in folder.
 *
 * <p>In a plug-in folder every file {@code *.jar} is a plug-in, and so is every sub-folder with jars in it. Each plug-in has
 * its own class loader, whose parent is the class loader of this library: plug-ins do not see each other's classes, and may
 * contain any library that this one does not contain. A plug-in names its factories in {@code
 * META-INF/services/org.novametal.bmc.BmcFactory}.
 *
 * <p>Thread-safe.
 */
public final class BmcFactories implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BmcFactories.class);

    private final Map<String, Scheme> byScheme = new TreeMap<>();
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** A factory and where it was found. */
    record Installed(BmcFactory factory, String origin) {
        String name() {
            return factory.getClass().getName();
        }

        @Override
        public String toString() {
            return name() + " (" + origin + ")";
        }
    }

    /** A scheme's factory and default port, read once. */
    private record Scheme(Installed installed, OptionalInt defaultPort) {}

    private BmcFactories() {}

    /**
     * Loads the factories on the class path.
     *
     * @param given factories that take precedence for their schemes; the caller closes them, after this object
     * @throws BmcPluginException when a factory cannot be used, or two support the same scheme; then nothing is left open
     */
    public static BmcFactories load(List<BmcFactory> given) {
        return load(given, List.of());
    }

    /**
     * Loads the factories on the class path and in a plug-in folder.
     *
     * @param given factories that take precedence for their schemes; the caller closes them, after this object
     * @param pluginFolder the folder of plug-ins; must exist, and may be empty
     * @throws BmcPluginException when a factory or a plug-in cannot be used, or two support the same scheme; then nothing
     *     is left open
     */
    public static BmcFactories load(List<BmcFactory> given, Path pluginFolder) {
        return load(given, BmcPlugin.in(pluginFolder));
    }

    private static BmcFactories load(List<BmcFactory> given, List<BmcPlugin> plugins) {
        BmcFactories all = new BmcFactories();
        try {
            Map<String, Scheme> preferred = new TreeMap<>();
            for (BmcFactory factory : given) {
                enter(preferred, new Installed(factory, "handed in by the caller"));
            }
            all.own(BmcPlugin::loadClassPath);
            for (BmcPlugin plugin : plugins) {
                all.own(found -> plugin.load(all.owned::push, found));
            }
            all.byScheme.putAll(preferred);
            return all;
        } catch (RuntimeException e) {
            all.close();
            throw e;
        }
    }

    /** Takes ownership of the factories that a source finds, even if the source then fails. */
    private void own(Consumer<Consumer<Installed>> source) {
        source.accept(installed -> {
            owned.push(installed.factory());
            enter(byScheme, installed);
        });
    }

    private static void enter(Map<String, Scheme> table, Installed installed) {
        for (String name : BmcPlugin.schemes(installed)) {
            Scheme scheme = new Scheme(installed, BmcPlugin.defaultPort(installed, name));
            Scheme other = table.putIfAbsent(name, scheme);
            if (other != null) {
                throw new BmcPluginException(
                        "two factories support the BMC scheme '" + name + "': " + other.installed() + " and "
                                + installed + "; remove one of them",
                        null);
            }
        }
    }

    /** The schemes that {@link #open} supports. */
    public SortedSet<String> schemes() {
        return new TreeSet<>(byScheme.keySet());
    }

    /**
     * The form of an address for comparisons: without the port if that is the scheme's default port. Two spellings of one
     * address have the same form; an address with an unknown scheme is returned unchanged.
     */
    public BmcAddress canonical(BmcAddress address) {
        return OptionalInt.of(address.port()).equals(defaultPort(address)) ? address.withPort(-1) : address;
    }

    /**
     * The other spelling of an address: with the scheme's default port if the address names no port, without the port if it
     * names the default port.
     *
     * @return empty if the address names another port, or the scheme is unknown or has no default port
     */
    public Optional<BmcAddress> otherSpelling(BmcAddress address) {
        OptionalInt defaultPort = defaultPort(address);
        if (defaultPort.isEmpty()) {
            return Optional.empty();
        }
        return address.port() == -1
                ? Optional.of(address.withPort(defaultPort.getAsInt()))
                : Optional.of(canonical(address)).filter(bare -> bare.port() == -1);
    }

    /** Why {@link #open} cannot open a BMC at an address, as a part of a sentence; empty if it can. */
    public Optional<String> refusal(BmcAddress address) {
        Scheme scheme = byScheme.get(address.scheme());
        return scheme == null
                ? Optional.of("has the scheme '" + address.scheme() + "', which no kind of BMC supports; supported are "
                        + String.join(", ", schemes()))
                : scheme.installed().factory().refusal(address);
    }

    private OptionalInt defaultPort(BmcAddress address) {
        Scheme scheme = byScheme.get(address.scheme());
        return scheme == null ? OptionalInt.empty() : scheme.defaultPort();
    }

    /**
     * Creates a handle on a BMC with the factory of its scheme; see {@link BmcFactory#open}.
     *
     * @throws BmcException {@code UNSUPPORTED} when no factory supports the scheme, {@code CLOSED} after {@link #close}
     */
    public Bmc open(BmcAddress address, BmcCredentials credentials, BmcOptions options) {
        if (closed.get()) {
            throw new BmcException(Reason.CLOSED, "BMC " + address + ": the BMC factories are closed");
        }
        Scheme scheme = byScheme.get(address.scheme());
        if (scheme == null) {
            throw new BmcException(
                    Reason.UNSUPPORTED,
                    "BMC " + address + ": no factory supports the scheme '" + address.scheme() + "'; supported are "
                            + schemes());
        }
        scheme.installed().factory().refusal(address).ifPresent(why -> {
            throw new BmcException(Reason.UNSUPPORTED, "BMC " + address + ": its address " + why);
        });
        return scheme.installed().factory().open(address, credentials, options);
    }

    /** Closes the factories that this object loaded, then their class loaders. Idempotent. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        for (AutoCloseable part : owned) {
            try {
                part.close();
            } catch (Exception | LinkageError e) {
                LOG.warn("a BMC factory or plug-in could not be closed, closing the others: {}", part, e);
            }
        }
    }
}
