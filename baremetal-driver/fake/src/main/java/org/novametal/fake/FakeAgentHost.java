package org.novametal.fake;

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
     * Called when the agent was commanded to power the machine off. The machine ends the agent by {@link FakeAgent#close()},
     * in this call or later.
     */
    void powerOff();
}
