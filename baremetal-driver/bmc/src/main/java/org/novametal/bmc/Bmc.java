package org.novametal.bmc;

import java.util.Optional;

/**
 * One machine's baseboard management controller.
 *
 * <p>Thread-safe: one call at a time goes to the BMC, in order of arrival; a client can use {@link BmcCalls} for that. Every
 * call blocks within the limits of {@link BmcOptions}; call it from a virtual thread. Every failure is a {@link BmcException}.
 */
public interface Bmc extends AutoCloseable {
    /** The BMC's address. */
    BmcAddress address();

    /** Reads from the BMC whether the machine is on, off, or between the two; never cached. */
    ChassisPower readPower() throws InterruptedException;

    /**
     * Requests a power change and returns when the BMC accepted the request, not when the change is done. If the machine is
     * already in the wanted state, the call succeeds.
     */
    void requestPower(PowerAction action) throws InterruptedException;

    /**
     * Returns a capability; empty if this BMC lacks it.
     *
     * @param <C> the capability's type
     */
    <C extends BmcCapability> Optional<C> capability(Class<C> type);

    /** Closes the BMC's session, if one is open, within a second. Idempotent. Later calls throw {@link BmcException}. */
    @Override
    void close();
}
