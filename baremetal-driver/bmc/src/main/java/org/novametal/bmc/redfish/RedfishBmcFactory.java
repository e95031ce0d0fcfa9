package org.novametal.bmc.redfish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.BmcOptions;

/**
 * Opens BMCs of {@code redfish://host[:port][/redfish/v1/Systems/ID]}: Redfish over HTTPS, port 443 unless another is given.
 * Without a path the service must have one system. {@code redfish+https} is the same; {@code redfish+http}, port 80, sends
 * passwords in the clear and is for laboratories.
 *
 * <p>A BMC's certificate is checked against the trust store of the Java runtime, or, where {@link
 * BmcOptions#certificateFingerprint()} is given, only against that: then neither its name nor its dates nor its issuer
 * matter.
 *
 * <p>Requests run on virtual threads. Each BMC keeps at most one idle connection, for five minutes, and none with {@link
 * BmcOptions.SessionPolicy#CLOSE}. {@link BmcOptions#privilege()} and {@link BmcOptions#rawAccess()} have
 * no effect: the account's role decides. Safe for several threads.
 */
public final class RedfishBmcFactory implements BmcFactory {
    /** Redfish over HTTPS. */
    public static final String SCHEME = "redfish";

    /** Redfish over HTTPS, the long form. */
    public static final String SCHEME_HTTPS = "redfish+https";

    /** Redfish without TLS. */
    public static final String SCHEME_HTTP = "redfish+http";

    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;

    /** How long a connection is kept idle. */
    private static final Duration IDLE = Duration.ofMinutes(5);

    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<RedfishBmc> open = ConcurrentHashMap.newKeySet();
    private final HttpTraffic traffic;
    private boolean closed;

    /** A factory with the system's clock. */
    public RedfishBmcFactory() {
        this(System::nanoTime);
    }

    /**
     * A factory with the caller's clock.
     *
     * @param clock monotonic nanoseconds
     */
    public RedfishBmcFactory(LongSupplier clock) {
        this(clock, IDLE);
    }

    /** The same with another time for which a connection is kept idle. */
    RedfishBmcFactory(LongSupplier clock, Duration idle) {
        this.clock = clock;
        this.traffic = new HttpTraffic(clock, idle);
    }

    /**
     * Lets the Java runtime use RSA key exchange, for BMCs with {@link BmcOptions.KeyExchange#RSA_ALLOWED}; others are not
     * offered it. It changes the security property {@code jdk.tls.disabledAlgorithms} of the whole process, and has an effect
     * only before the first use of TLS in it, so a program calls it when it starts. Opening such a BMC does the same, which
     * is in time where no TLS was used before. Any thread; idempotent.
     */
    public static void permitRsaKeyExchange() {
        RsaKeyExchange.permit();
    }

    @Override
    public Set<String> schemes() {
        return Set.of(SCHEME, SCHEME_HTTPS, SCHEME_HTTP);
    }

    /** Refuses IPv6 zones: a URL with a zone has no meaning for the service that gets it. Source: RFC 6874 §1. */
    @Override
    public Optional<String> refusal(BmcAddress address) {
        return address.host().contains("%")
                ? Optional.of(
                        "has an IPv6 zone, which Redfish cannot use; give an address without a zone, or a host name")
                : Optional.empty();
    }

    /** Source: RFC 9110 §4.2. */
    @Override
    public OptionalInt defaultPort(String scheme) {
        return OptionalInt.of(scheme.equals(SCHEME_HTTP) ? HTTP_PORT : HTTPS_PORT);
    }

    @Override
    public Bmc open(BmcAddress address, BmcCredentials credentials, BmcOptions options) {
        lock.lock();
        try {
            if (closed) {
                throw new BmcException(Reason.CLOSED, "BMC " + address + ": the Redfish factory is closed");
            }
            RedfishBmc bmc = new RedfishBmc(address, credentials, options, traffic, clock, this);
            open.add(bmc);
            return bmc;
        } finally {
            lock.unlock();
        }
    }

    /** Closes all BMCs in parallel, within a second. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            traffic.close();
            List<Thread> closers = new ArrayList<>();
            for (RedfishBmc bmc : open) {
                closers.add(Thread.startVirtualThread(bmc::close));
            }
            for (Thread closer : closers) {
                closer.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    void forget(RedfishBmc bmc) {
        open.remove(bmc);
    }
}
