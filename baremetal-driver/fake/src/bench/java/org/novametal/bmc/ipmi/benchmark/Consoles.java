package org.novametal.bmc.ipmi.benchmark;

import java.io.IOException;
import java.util.List;
import org.novametal.bmc.benchmark.PeerMissingException;

/** Consoles that somebody opened, one a machine; closing it closes them. */
interface Consoles extends AutoCloseable {
    /** Somebody who opens consoles. */
    interface Opener {
        /** Opens those of some BMCs at once; returns when all are open, or can be no more. */
        Consoles open(List<Farm.Member> members) throws IOException, InterruptedException, PeerMissingException;
    }

    /** What one console heard since it was open. */
    interface Heard {
        /** How many bytes so far. */
        long count() throws IOException;

        /** All of them. */
        byte[] bytes() throws IOException;
    }

    /** In the order of the machines; one that could not be opened heard nothing. */
    List<? extends Heard> heard();

    /** How many were opened. */
    int open() throws IOException;

    /** User and system time of all that has them, so far. */
    long cpuNanos() throws IOException;

    @Override
    void close();
}
