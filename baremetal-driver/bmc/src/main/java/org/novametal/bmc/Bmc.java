package org.novametal.bmc;

import java.util.Optional;

/**
 * One machine's baseboard management controller.
 *
 * <p>Safe for several threads: one call at a time goes to the BMC, in order; {@link BmcCalls} does that for a client. Every
 * call blocks within the limits of {@link BmcOptions}; call it from a virtual thread. Every failure is a {@link
 * BmcException}.
 */
public interface Bmc extends AutoCloseable {
    /** The BMC's address. */
    BmcAddress address();

    /** Reads from the BMC whether the machine is on; never cached. */
    ChassisPower readPower() throws InterruptedException;

    /**
     * Requests a power change and returns when the BMC accepted the request, not when the change is done. A machine that is
     * already in the wanted state is a success.
     */
    void requestPower(PowerAction action) throws InterruptedException;

    /**
     * Returns a capability; empty where this BMC lacks it.
     *
     * @param <C> the capability's type
     */
    <C extends BmcCapability> Optional<C> capability(Class<C> type);

    /** Closes the BMC's session, if one is open, within a second. Idempotent. Later calls throw {@link BmcException}. */
    @Override
    void close();
}
