package org.novametal.fake;

import java.util.List;

/** The machine that a fake agent runs on. Methods are called on the agent's own threads and may block. */
public interface FakeAgentHost {
    /** The machine's only disk. The machine closes it after the agent. */
    FakeDisk disk();

    /**
     * Called when an image with a partition table was written and verified.
     *
     * @param lengthBytes the image's length; it begins at the disk's first byte
     */
    void imageWritten(long lengthBytes);

    /**
     * Called when the agent was given the password of the rescue system's user; the agent ends after that.
     *
     * @param passwordHash the password's hash, in the form of crypt(3)
     */
    default void rescued(String passwordHash) {}

    /** The hardware that the agent finds. */
    default FakeHardware hardware() {
        return new FakeHardware(4, 8192, List.of());
    }

    /**
     * Called when the agent was commanded to power the machine off. The machine ends the agent by {@link FakeAgent#close()},
     * in this call or later.
     */
    void powerOff();
}
