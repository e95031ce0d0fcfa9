package org.novametal.bmc.ipmi.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.CompletionCode;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.codec.IpmiResponse;
import org.novametal.bmc.ipmi.session.IpmiSession;
import org.novametal.bmc.ipmi.session.SessionOutput;

/**
 * A request to a BMC, and the future of its answer. It completes on the engine's thread, so what depends on it must not
 * block. Cancelling it gives the request up.
 *
 * @param <T> what is read from the answer
 */
final class Exchange<T> extends CompletableFuture<T> {
    /** What becomes of a request at a BMC that has not answered for a while. */
    enum Kind {
        /** Sent in any case. */
        CALL,
        /** The same, and done at most once. */
        ONCE,
        /** Fails at once, by the {@link CircuitBreaker}. */
        POLL,
        /** The engine's own: closes the session. */
        CLOSE
    }

    private final IpmiLine line;
    private final Kind kind;
    private final int networkFunction;
    private final int command;
    private final Bytes data;
    private final long deadlineNanos;
    private final IpmiLine.Answer<T> answer;
    /** Of the engine's thread. */
    private boolean isStarted;

    Exchange(
            IpmiLine line,
            Kind kind,
            int networkFunction,
            int command,
            Bytes data,
            long deadlineNanos,
            IpmiLine.Answer<T> answer) {
        this.line = line;
        this.kind = kind;
        this.networkFunction = networkFunction;
        this.command = command;
        this.data = data;
        this.deadlineNanos = deadlineNanos;
        this.answer = answer;
    }

    /** Closes the session of a line, when it is its turn. */
    static Exchange<CompletionCode> closing(IpmiLine line, long deadlineNanos) {
        return new Exchange<>(
                line,
                Kind.CLOSE,
                IpmiCommand.CLOSE_SESSION.networkFunction(),
                IpmiCommand.CLOSE_SESSION.code(),
                Bytes.EMPTY,
                deadlineNanos,
                _ -> CompletionCode.OK);
    }

    Kind kind() {
        return kind;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** Whether something was done for it. */
    boolean isStarted() {
        return isStarted;
    }

    List<SessionOutput> start(IpmiSession session, long nowNanos) {
        isStarted = true;
        return switch (kind) {
            case CALL, POLL -> session.request(networkFunction, command, data, nowNanos, deadlineNanos);
            case ONCE -> session.requestOnce(networkFunction, command, data, nowNanos, deadlineNanos);
            case CLOSE -> session.close(nowNanos, deadlineNanos);
        };
    }

    void answered(IpmiResponse response) {
        T value;
        try {
            value = answer.read(response);
        } catch (BmcException e) {
            completeExceptionally(e);
            return;
        } catch (RuntimeException e) {
            completeExceptionally(
                    new BmcException(Reason.PROTOCOL, "BMC " + line.name() + ": its answer could not be read", e));
            return;
        }
        complete(value);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean isCancelled = super.cancel(mayInterruptIfRunning);
        if (isCancelled) {
            line.wake();
        }
        return isCancelled;
    }

    /** What depends on it can be completed by nobody else, and cannot be cancelled in its stead. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
