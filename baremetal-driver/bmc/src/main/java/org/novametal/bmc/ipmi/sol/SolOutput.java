package org.novametal.bmc.ipmi.sol;

import org.novametal.bmc.BmcException;
import org.novametal.bmc.ipmi.codec.Bytes;

/** What {@link SolStream} wants done, in order. */
public sealed interface SolOutput {
    /**
     * Send a payload of type SOL to the BMC, in the session in which it was activated.
     *
     * @param payload the whole of it
     */
    record Send(Bytes payload) implements SolOutput {}

    /**
     * The machine printed this.
     *
     * @param data at least one byte
     */
    record Received(Bytes data) implements SolOutput {}

    /** Something that the machine printed here was lost on its way, it is not known how much. */
    record Gap() implements SolOutput {}

    /**
     * The BMC has taken all of what was typed under that number.
     *
     * @param number what {@link SolStream#type} or {@link SolStream#sendBreak} was given
     */
    record Taken(long number) implements SolOutput {}

    /** Nothing was sent for a while: ask the BMC in the same session, by Get Payload Activation Status. */
    record AskWhetherActive() implements SolOutput {}

    /**
     * The stream has ended; the last output, and no more input is accepted.
     *
     * @param cause why
     */
    record Ended(BmcException cause) implements SolOutput {}
}
