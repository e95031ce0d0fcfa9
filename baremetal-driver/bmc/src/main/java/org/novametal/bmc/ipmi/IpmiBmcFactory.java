package org.novametal.bmc.ipmi;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
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
import org.novametal.bmc.ipmi.engine.HostNames;
import org.novametal.bmc.ipmi.engine.IpmiEngine;
import org.novametal.bmc.ipmi.engine.IpmiLine;
import org.novametal.bmc.ipmi.session.SessionSettings;

/**
 * Opens BMCs of {@code ipmi://host[:port]}: IPMI 2.0 over LAN, port 623 unless another is given. All share one UDP socket
 * and one thread, which are created with the first BMC. Safe for several threads.
 */
public final class IpmiBmcFactory implements BmcFactory {
    /** The supported address scheme. */
    public static final String SCHEME = "ipmi";

    private final RandomGenerator random;
    private final LongSupplier clock;
    private final HostNames names;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable IpmiEngine engine;
    private boolean closed;

    /** A factory with the system's clock, a secure random generator and the system's name resolution. */
    public IpmiBmcFactory() {
        this(new SecureRandom(), IpmiEngine.monotonicClock(), HostNames.ofSystem());
    }

    /**
     * A factory with the caller's clock, random generator and name resolution.
     *
     * @param random an unpredictable generator; used by one thread
     * @param clock monotonic nanoseconds
     * @param names name resolution; closed with the factory
     */
    public IpmiBmcFactory(RandomGenerator random, LongSupplier clock, HostNames names) {
        this.random = random;
        this.clock = clock;
        this.names = names;
    }

    @Override
    public Set<String> schemes() {
        return Set.of(SCHEME);
    }

    @Override
    public OptionalInt defaultPort(String scheme) {
        return OptionalInt.of(IpmiBmc.DEFAULT_PORT);
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
        SessionSettings settings = new SessionSettings(
                address.toString(), credentials, level(options.privilege()), options.retryInterval());
        int port = address.portOr(IpmiBmc.DEFAULT_PORT);
        lock.lock();
        try {
            if (closed) {
                throw new BmcException(Reason.CLOSED, "BMC " + address + ": the IPMI factory is closed");
            }
            if (engine == null) {
                engine = IpmiEngine.open(random, clock, names);
            }
            IpmiLine line = IpmiLine.open(engine, settings, options.sessionPolicy(), address.host(), port);
            return new IpmiBmc(address, options, line, clock);
        } finally {
            lock.unlock();
        }
    }

    private static PrivilegeLevel level(BmcOptions.Privilege privilege) {
        return switch (privilege) {
            case USER -> PrivilegeLevel.USER;
            case OPERATOR -> PrivilegeLevel.OPERATOR;
            case ADMINISTRATOR -> PrivilegeLevel.ADMINISTRATOR;
        };
    }

    /** Closes all BMCs in parallel, within a second, then the socket and the thread. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (engine == null) {
                names.close();
            } else {
                engine.close();
            }
        } finally {
            lock.unlock();
        }
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
