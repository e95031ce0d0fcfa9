package org.novametal.bmc.ipmi;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.ipmi.codec.PrivilegeLevel;
import org.novametal.bmc.ipmi.codec.Rakp1;
import org.novametal.bmc.ipmi.codec.RakpTranscript;
import org.novametal.bmc.ipmi.session.SessionSettings;

/**
 * Opens BMCs of {@code ipmi://host[:port]}: IPMI 2.0 over LAN, port 623 unless another is given. All share one UDP socket
 * and one thread, which begin with the first BMC. Safe for several threads.
 */
public final class IpmiBmcFactory implements BmcFactory {
    /** The scheme it answers for. */
    public static final String SCHEME = "ipmi";

    private final RandomGenerator random;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<IpmiBmc> open = ConcurrentHashMap.newKeySet();
    private @Nullable IpmiTransport transport;
    private boolean closed;

    /** A factory on this Java's clock and its secure randomness. */
    public IpmiBmcFactory() {
        this(new SecureRandom(), IpmiTransport.monotonicClock());
    }

    /**
     * A factory on a clock and randomness of the caller's.
     *
     * @param random a source that nobody can predict
     * @param clock monotonic nanoseconds
     */
    public IpmiBmcFactory(RandomGenerator random, LongSupplier clock) {
        this.random = random;
        this.clock = clock;
    }

    @Override
    public Set<String> schemes() {
        return Set.of(SCHEME);
    }

    @Override
    public Bmc open(BmcAddress address, BmcCredentials credentials, BmcOptions options) {
        if (!address.scheme().equals(SCHEME) || !address.path().replace("/", "").isEmpty()) {
            throw new IllegalArgumentException(
                    "BMC address '" + address + "' is not ipmi://host[:port]; give it without a path");
        }
        requireAtMost("user name", credentials.username(), Rakp1.MAXIMUM_USERNAME_LENGTH, address);
        requireAtMost("password", credentials.password(), RakpTranscript.MAXIMUM_PASSWORD_LENGTH, address);
        try {
            credentials.key().ifPresent(RakpTranscript::key);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("BMC " + address + ": " + e.getMessage(), e);
        }
        SessionSettings settings =
                new SessionSettings(address.toString(), credentials, PrivilegeLevel.OPERATOR, options.retryInterval());
        lock.lock();
        try {
            if (closed) {
                throw new BmcException(Reason.CLOSED, "BMC " + address + ": the IPMI factory is closed");
            }
            if (transport == null) {
                transport = IpmiTransport.open(random);
            }
            IpmiBmc bmc = new IpmiBmc(address, settings, options, this, transport, random, clock);
            open.add(bmc);
            return bmc;
        } finally {
            lock.unlock();
        }
    }

    /** Closes all BMCs, at once and so within a second, then the socket and the thread. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            List<Thread> closers = new ArrayList<>();
            for (IpmiBmc bmc : open) {
                closers.add(Thread.startVirtualThread(bmc::close));
            }
            for (Thread closer : closers) {
                closer.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (transport != null) {
                transport.close();
                transport = null;
            }
            lock.unlock();
        }
    }

    void forget(IpmiBmc bmc) {
        open.remove(bmc);
    }

    private static void requireAtMost(String what, String value, int limit, BmcAddress address) {
        int length = value.getBytes(StandardCharsets.UTF_8).length;
        if (length > limit) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "BMC %s: the %s has %d bytes; IPMI 2.0 takes at most %d",
                    address,
                    what,
                    length,
                    limit));
        }
    }
}
