package org.novametal.bmc;

/**
 * Receives how each call to a BMC ended, such as for counting. Every client reports its calls through {@link BmcCalls}; polls of
 * {@link PowerPolling} are reported by the caller that polls, {@link org.novametal.bmc.fleet.PowerSweep}.
 *
 * <p>Any thread may call, also the network thread of a client: the methods return at once and throw nothing.
 */
public interface BmcAnswers {
    /** Receives nothing. */
    BmcAnswers IGNORED = new BmcAnswers() {
        @Override
        public void answered() {}

        @Override
        public void failed(BmcException.Reason reason) {}
    };

    /** A call ended as requested. */
    void answered();

    /** A call failed. */
    void failed(BmcException.Reason reason);
}
