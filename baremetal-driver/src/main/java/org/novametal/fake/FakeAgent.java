package org.novametal.fake;

import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/**
 * The deploy ramdisk's agent on a fake machine: looks its node up, serves commands, sends heartbeats.
 *
 * <p>Safe for several threads.
 */
public final class FakeAgent implements AutoCloseable {
    private FakeAgent() {}

    /**
     * Starts an agent as a ramdisk does that has just booted. Returns at once; all else happens on threads of its own, which
     * begin when the timer fires.
     *
     * @param settings what the ramdisk was told
     * @param host the machine it runs on
     * @param timer where pauses are waited for; stays the caller's
     * @param clock what time it is
     * @param random chooses pauses within their limits
     */
    @SuppressWarnings("DoNotCallSuggester") // until the agent follows
    public static FakeAgent start(
            FakeAgentSettings settings,
            FakeAgentHost host,
            ScheduledExecutorService timer,
            InstantSource clock,
            RandomGenerator random) {
        throw new UnsupportedOperationException("the fake agent is not there yet");
    }

    /** Ends the agent as a power cut does: at once, whatever it is doing. Bounded and idempotent. */
    @Override
    public void close() {}
}
