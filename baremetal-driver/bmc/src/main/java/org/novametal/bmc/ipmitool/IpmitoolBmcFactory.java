package org.novametal.bmc.ipmitool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.ipmi.codec.RakpTranscript;

/**
 * Opens BMCs through the program {@code ipmitool}: {@code ipmitool://host[:port]} for IPMI 2.0, {@code
 * ipmitool+lan://host[:port]} for IPMI 1.5 with MD5. Port 623 unless another is given. Safe for several threads.
 *
 * <p>The program gets the password on its standard input and the key K_g in its environment: neither appears on a command
 * line or in a file.
 */
public final class IpmitoolBmcFactory implements BmcFactory {
    /** The scheme of IPMI 2.0. */
    public static final String SCHEME = "ipmitool";

    /** The scheme of IPMI 1.5. */
    public static final String SCHEME_LAN = "ipmitool+lan";

    static final int DEFAULT_PORT = 623;

    private static final int CHILDREN_AT_ONCE = 16;
    private static final int USERNAME_BYTES = 16;
    private static final int PASSWORD_BYTES = 20;
    private static final int PASSWORD_BYTES_LAN = 16;

    private final String program;
    private final Semaphore children = new Semaphore(CHILDREN_AT_ONCE, true);
    private final Set<IpmitoolBmc> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Path home;
    private boolean closed;

    /** A factory for the {@code ipmitool} on the system's path, which is searched at the first call to a BMC. */
    public IpmitoolBmcFactory() {
        this("ipmitool");
    }

    IpmitoolBmcFactory(String program) {
        this.program = program;
    }

    @Override
    public Set<String> schemes() {
        return Set.of(SCHEME, SCHEME_LAN);
    }

    @Override
    public OptionalInt defaultPort(String scheme) {
        return OptionalInt.of(DEFAULT_PORT);
    }

    @Override
    public Bmc open(BmcAddress address, BmcCredentials credentials, BmcOptions options) {
        if (!schemes().contains(address.scheme())
                || !address.path().replace("/", "").isEmpty()) {
            throw new IllegalArgumentException(
                    "BMC address '" + address + "' is not ipmitool://host[:port] or ipmitool+lan://host[:port]");
        }
        boolean isLan = address.scheme().equals(SCHEME_LAN);
        requireText("user name", credentials.username(), USERNAME_BYTES, address);
        requireText("password", credentials.password(), isLan ? PASSWORD_BYTES_LAN : PASSWORD_BYTES, address);
        credentials.key().ifPresent(key -> requireKey(key, address));
        lock.lock();
        try {
            if (closed) {
                throw new BmcException(Reason.CLOSED, "BMC " + address + ": the ipmitool factory is closed");
            }
            IpmitoolBmc bmc = new IpmitoolBmc(address, credentials, options, this);
            open.add(bmc);
            return bmc;
        } finally {
            lock.unlock();
        }
    }

    String program() {
        return program;
    }

    /** Permits for concurrent runs of the program. */
    Semaphore children() {
        return children;
    }

    /**
     * The program's home directory, which contains an empty list of manufacturers. ipmitool reads the list at each start,
     * and reading Debian's list of 4.7 MB takes five times as long as everything else.
     */
    Path home() {
        lock.lock();
        try {
            if (home == null) {
                Path made = Files.createTempDirectory("nova-metal-ipmitool");
                home = made;
                Path list = made.resolve(".local/usr/share/misc/enterprise-numbers.txt");
                Files.createDirectories(list.resolveSibling(""));
                Files.writeString(list, "0\n  Reserved\n    none\n      none\n");
            }
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create a temporary folder for ipmitool", e);
        } finally {
            lock.unlock();
        }
    }

    void forget(IpmitoolBmc bmc) {
        open.remove(bmc);
    }

    /** Closes all BMCs, which kills running programs. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            List.copyOf(open).forEach(IpmitoolBmc::close);
            if (home != null) {
                remove(home);
                home = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> content = Files.walk(folder)) {
            for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the temporary folder " + folder + " cannot be removed", e);
        }
    }

    private static void requireText(String what, String value, int limit, BmcAddress address) {
        int length = value.getBytes(StandardCharsets.UTF_8).length;
        if (length > limit) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "BMC %s: the %s has %d bytes; ipmitool takes at most %d",
                    address,
                    what,
                    length,
                    limit));
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "BMC " + address + ": the " + what + " contains a control character, which ipmitool cannot read");
        }
    }

    private static void requireKey(String key, BmcAddress address) {
        if (address.scheme().equals(SCHEME_LAN)) {
            throw new IllegalArgumentException("BMC " + address + ": IPMI 1.5 has no key K_g; give none");
        }
        RakpTranscript.key(key);
        if (key.startsWith("0x") || key.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("BMC " + address
                    + ": ipmitool takes a key K_g in hexadecimal only on its command line, where every user of this machine can"
                    + " read it; use ipmi:// for this BMC, or a key of text");
        }
    }
}
