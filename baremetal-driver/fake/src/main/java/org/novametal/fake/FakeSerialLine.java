package org.novametal.fake;

import java.util.function.Consumer;
import org.novametal.bmc.ipmi.codec.Bytes;

/** The serial port of a machine, as its BMC has it. Safe for several threads. */
public interface FakeSerialLine {
    /**
     * Types characters on it.
     *
     * @return whether the machine takes any: one that is off does not
     */
    boolean type(Bytes characters);

    /** Sends it a break. */
    void sendBreak();

    /**
     * Sets the receiver of what the machine prints from now on, in place of the former one. It is called in order, on threads
     * of the machine, and must return at once.
     */
    void listen(Consumer<Bytes> listener);
}
