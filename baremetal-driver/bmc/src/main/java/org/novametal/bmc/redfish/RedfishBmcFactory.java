package org.novametal.bmc.redfish;

import java.net.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
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
 * <p>All BMCs share one HTTP client, whose requests run on virtual threads; each keeps at most one idle connection, and
 * none with {@link BmcOptions.SessionPolicy#CLOSE}. {@link BmcOptions#privilege()} and {@link BmcOptions#rawAccess()} have
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

    /** Maximum number of concurrent requests; further ones wait within their time limits. */
    private static final int MAXIMUM_REQUESTS = 2048;

    /** Maximum number of concurrent requests to one host, which may be the service of a whole rack of systems. */
    private static final int MAXIMUM_REQUESTS_PER_HOST = 32;

    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<RedfishBmc> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService requests;
    private final OkHttpClient client;
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
        this.clock = clock;
        requests = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("redfish-", 0).factory());
        Dispatcher dispatcher = new Dispatcher(requests);
        dispatcher.setMaxRequests(MAXIMUM_REQUESTS);
        dispatcher.setMaxRequestsPerHost(MAXIMUM_REQUESTS_PER_HOST);
        client = new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .protocols(List.of(Protocol.HTTP_1_1))
                .proxy(Proxy.NO_PROXY)
                // This client handles redirects and lost connections: a token must not go to another host, a reset must
                // not
                // be sent twice.
                .followRedirects(false)
                .retryOnConnectionFailure(false)
                .build();
    }

    @Override
    public Set<String> schemes() {
        return Set.of(SCHEME, SCHEME_HTTPS, SCHEME_HTTP);
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
            RedfishBmc bmc = new RedfishBmc(address, credentials, options, client, clock, this);
            open.add(bmc);
            return bmc;
        } finally {
            lock.unlock();
        }
    }

    /** Closes all BMCs in parallel, within a second, then the HTTP client that they share. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
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
            client.dispatcher().cancelAll();
            requests.shutdownNow();
            lock.unlock();
        }
    }

    void forget(RedfishBmc bmc) {
        open.remove(bmc);
    }
}
