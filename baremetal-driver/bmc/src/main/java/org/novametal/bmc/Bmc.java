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
    /** Its address. */
    BmcAddress address();

    /** Reads whether the machine is on, from the machine, now. */
    ChassisPower readPower() throws InterruptedException;

    /**
     * Asks for a power change and returns when the BMC accepted the request, not when the change is done. A machine that is
     * already in the wanted state is a success.
     */
    void requestPower(PowerAction action) throws InterruptedException;

    /**
     * A capability, where this BMC has it.
     *
     * @param <C> the capability
     */
    <C extends BmcCapability> Optional<C> capability(Class<C> type);

    /** Closes its session, if one is open, within a second. Idempotent. Later calls throw {@link BmcException}. */
    @Override
    void close();
}
