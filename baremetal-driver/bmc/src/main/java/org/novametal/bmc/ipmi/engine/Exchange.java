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
 * A request to a BMC and the future of its answer. It completes on the engine's thread, so dependent actions must not
 * block. Cancelling it ends the request.
 *
 * @param <T> the value read from the answer
 */
final class Exchange<T> extends CompletableFuture<T> {
    /** Handling of a request to a BMC that has not answered for a while. */
    enum Kind {
        /** Always sent. */
        CALL,
        /** Always sent, and performed at most once. */
        ONCE,
        /** Refused at once by the {@link CircuitBreaker}. */
        POLL,
        /** Sent by the line itself to close the session. */
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
    /** Used on the engine's thread only. */
    private boolean isStarted;

    /**
     * Creates a request.
     *
     * @param bmc the BMC's name in messages
     * @param cancelled called on the thread that cancels the request
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

    /** Whether it was passed to the session. */
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
