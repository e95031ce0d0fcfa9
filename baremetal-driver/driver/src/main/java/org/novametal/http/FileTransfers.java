package org.novametal.http;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.novametal.http.HttpOptions.TransferLimits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that are being sent. Keeps to the limits of their number, in all and for one address, and of their rate; has the
 * buffers, one for each transfer, which are used again.
 *
 * <p>At a limit a new transfer replaces one whose client does not read; so clients that do not read keep nobody out. Where
 * all clients read, the new one has to come again.
 *
 * <p>Safe for several threads; guarded by this object. Transfers are cut outside of the lock.
 */
final class FileTransfers {
    /** Large enough for a good rate, small enough that the buffers of all transfers fit into memory. */
    static final int BUFFER_BYTES = 64 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(FileTransfers.class);
    private static final long STALLED_NANOS = 1_000_000_000L;

    /** Differences, because the clock of nanoseconds may overflow. */
    private static final Comparator<Running> LEAST_RECENT =
            (one, other) -> Long.signum(one.lastProgress - other.lastProgress);

    private final TransferLimits limits;
    private final KnownClients clients;
    private final LongSupplier nanoTime;
    private final RefusalLog fullWarning;
    private final Set<Running> running = new HashSet<>();
    private final Deque<ByteBuffer> spareBuffers = new ArrayDeque<>();

    FileTransfers(TransferLimits limits, Predicate<InetAddress> known, LongSupplier nanoTime) {
        this.limits = limits;
        this.clients = new KnownClients(known);
        this.nanoTime = nanoTime;
        this.fullWarning = RefusalLog.rare(LOG, nanoTime);
    }

    /** A transfer that was admitted, until it is ended. */
    final class Running {
        private final InetAddress address;
        private final Runnable cut;
        private final ByteBuffer buffer;
        private long lastProgress;
        private long windowStart;
        private long windowBytes;

        private Running(InetAddress address, Runnable cut, ByteBuffer buffer) {
            this.address = address;
            this.cut = cut;
            this.buffer = buffer;
            this.lastProgress = nanoTime.getAsLong();
            this.windowStart = lastProgress;
        }

        /** Its buffer; direct, of {@link #BUFFER_BYTES}. */
        ByteBuffer buffer() {
            return buffer;
        }

        /** Counts bytes that the client's connection has taken. */
        void progress(int bytes) {
            synchronized (FileTransfers.this) {
                lastProgress = nanoTime.getAsLong();
                windowBytes += bytes;
            }
        }

        /** Ends the transfer, which must not use its buffer any more. */
        void end() {
            synchronized (FileTransfers.this) {
                running.remove(this);
                if (spareBuffers.size() < limits.max()) {
                    spareBuffers.push(buffer);
                }
            }
        }
    }

    /**
     * Admits a transfer, or refuses it because of the limits.
     *
     * @param cut closes the client's connection, so that the transfer fails and ends
     * @return the transfer, which the caller must {@linkplain Running#end() end} once; empty when the client must come again
     */
    Optional<Running> admit(InetAddress address, Runnable cut) {
        List<Running> replaced = new ArrayList<>();
        Optional<Running> admitted;
        synchronized (this) {
            admitted = makeRoom(address, replaced)
                    ? Optional.of(new Running(address, cut, takeBuffer()))
                    : Optional.empty();
            admitted.ifPresent(running::add);
        }
        if (admitted.isEmpty() || !replaced.isEmpty()) {
            fullWarning.warn(
                    "too many files are being sent for one more to {} (limits: {} in all, {} to one address);"
                            + " transfers whose clients do not read are cut",
                    address.getHostAddress(),
                    limits.max(),
                    limits.maxPerAddress());
        }
        replaced.forEach(old -> old.cut.run());
        return admitted;
    }

    /** Cuts the transfers that are slower than the least rate. */
    void cutSlow() {
        List<Running> slow = new ArrayList<>();
        synchronized (this) {
            long now = nanoTime.getAsLong();
            for (Running transfer : running) {
                long nanos = now - transfer.windowStart;
                if (nanos >= limits.rateWindow().toNanos()) {
                    if (transfer.windowBytes < limits.minBytesPerSecond() * (nanos / 1e9)) {
                        slow.add(transfer);
                    }
                    transfer.windowStart = now;
                    transfer.windowBytes = 0;
                }
            }
        }
        for (Running transfer : slow) {
            LOG.warn(
                    "a file sent to {} is cut: its client reads less than {} bytes a second",
                    transfer.address.getHostAddress(),
                    limits.minBytesPerSecond());
            transfer.cut.run();
        }
    }

    private boolean makeRoom(InetAddress address, List<Running> replaced) {
        List<Running> ofAddress = running.stream()
                .filter(transfer -> transfer.address.equals(address))
                .toList();
        if (ofAddress.size() >= limits.maxPerAddress()) {
            return replace(ofAddress.stream().min(LEAST_RECENT).filter(this::isStalled), replaced);
        }
        if (running.size() >= limits.max()) {
            Optional<Running> unknown = clients.firstUnknown(running, transfer -> transfer.address, LEAST_RECENT);
            return replace(clients.isKnown(address) ? unknown : unknown.filter(this::isStalled), replaced);
        }
        return true;
    }

    private boolean replace(Optional<Running> old, List<Running> replaced) {
        old.ifPresent(transfer -> {
            running.remove(transfer);
            replaced.add(transfer);
        });
        return old.isPresent();
    }

    private boolean isStalled(Running transfer) {
        return nanoTime.getAsLong() - transfer.lastProgress >= STALLED_NANOS;
    }

    private ByteBuffer takeBuffer() {
        return Objects.requireNonNullElseGet(spareBuffers.poll(), () -> ByteBuffer.allocateDirect(BUFFER_BYTES));
    }
}
