package org.novametal.bmc.ipmi.engine;

import org.novametal.bmc.ipmi.codec.RmcpFrame;

/** What the {@link IpmiEngine} calls when something happens; all methods on the engine's thread, none blocks. */
interface EngineClient {
    /** A packet of the client's BMC came in. */
    void received(RmcpFrame frame, long nowNanos);

    /** The turn at the BMC, for which the client waited, is its own now. */
    void turnCame(long nowNanos);

    /** The slot of the {@link SendWindow}, for which the client waited, is its own now. */
    void slotCame(long nowNanos);

    /** The engine closes: fail what is asked, and close the session by then. */
    void beginToClose(long deadlineNanos);

    /** The time to close is over: end at once. */
    void abort();
}
