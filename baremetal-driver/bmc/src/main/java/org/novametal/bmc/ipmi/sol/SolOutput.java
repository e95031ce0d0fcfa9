package org.novametal.bmc.ipmi.sol;

import org.novametal.bmc.BmcException;
import org.novametal.bmc.ipmi.codec.Bytes;

/** An action that {@link SolStream} requests from its owner. Actions are performed in order. */
public sealed interface SolOutput {
    /**
     * Send a payload of type SOL to the BMC, in the session in which it was activated.
     *
     * @param payload the whole payload
     */
    record Send(Bytes payload) implements SolOutput {}

    /**
     * Output of the machine.
     *
     * @param data at least one byte
     */
    record Received(Bytes data) implements SolOutput {}

    /** An unknown amount of the machine's output was lost here. */
    record Gap() implements SolOutput {}

    /**
     * The BMC has accepted all of the input with that number.
     *
     * @param number the number passed to {@link SolStream#type} or {@link SolStream#sendBreak}
     */
    record Taken(long number) implements SolOutput {}

    /** Send Get Payload Activation Status to the BMC in the same session, which also keeps the session open. */
    record AskWhetherActive() implements SolOutput {}

    /**
     * The stream has ended: no further output follows, and no more input is accepted.
     *
     * @param cause why the stream ended
     */
    record Ended(BmcException cause) implements SolOutput {}
}
