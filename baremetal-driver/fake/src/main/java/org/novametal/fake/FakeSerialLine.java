package org.novametal.fake;

import java.util.function.Consumer;
import org.novametal.bmc.ipmi.codec.Bytes;

/** The serial port of a machine, as its BMC uses it. Safe for several threads. */
public interface FakeSerialLine {
    /**
     * Sends characters to the machine.
     *
     * @return whether the machine accepted them; a machine that is off does not
     */
    boolean type(Bytes characters);

    /** Sends a break to the machine. */
    void sendBreak();

    /**
     * Sets the receiver of the machine's output from now on, in place of the previous one. It is called in order, on threads
     * of the machine, and must return at once.
     */
    void listen(Consumer<Bytes> listener);
}
