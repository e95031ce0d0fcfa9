package org.novametal.fake;

/** The machine that a fake agent runs on. Methods are called on the agent's own threads and may block. */
public interface FakeAgentHost {
    /** The machine's one disk. The machine closes it, after the agent. */
    FakeDisk disk();

    /**
     * An image was written, verified, and holds a partition table.
     *
     * @param lengthBytes the image's length; it begins at the disk's first byte
     */
    void imageWritten(long lengthBytes);

    /**
     * The agent was asked to power the machine off. The machine ends the agent by {@link FakeAgent#close()}, from this call or
     * later.
     */
    void powerOff();
}
