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
 * A request to a BMC, and the future of its answer. It completes on the engine's thread, so dependent actions must not block. Cancelling it ends the request.
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

    private final String bmc;
    private final Runnable cancelled;
    private final Kind kind;
    private final int networkFunction;
    private final int command;
    private final Bytes data;
    private final long deadlineNanos;
    private final AnswerReader<T> answer;
    /** Of the engine's thread. */
    private boolean isStarted;

    /**
     * Makes a request.
     *
     * @param bmc how messages name the BMC
     * @param cancelled called by the thread that cancels the request
     */
    Exchange(
            String bmc,
            Runnable cancelled,
            Kind kind,
            int networkFunction,
            int command,
            Bytes data,
            long deadlineNanos,
            AnswerReader<T> answer) {
        this.bmc = bmc;
        this.cancelled = cancelled;
        this.kind = kind;
        this.networkFunction = networkFunction;
        this.command = command;
        this.data = data;
        this.deadlineNanos = deadlineNanos;
        this.answer = answer;
    }

    /** The request that closes a session. */
    static Exchange<CompletionCode> closing(String bmc, long deadlineNanos) {
        return new Exchange<>(
                bmc,
                () -> {},
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
                    new BmcException(Reason.PROTOCOL, "BMC " + bmc + ": its answer could not be read", e));
            return;
        }
        complete(value);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean isCancelled = super.cancel(mayInterruptIfRunning);
        if (isCancelled) {
            cancelled.run();
        }
        return isCancelled;
    }

    /** Dependent futures cannot complete or cancel the request itself. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
