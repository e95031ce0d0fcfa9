package org.novametal.fake;

import java.util.List;

/**
 * The hardware that an agent finds in its machine, beside the disk.
 *
 * @param cpus the number of processors
 * @param memoryMb memory in MiB
 * @param macs the hardware addresses of the NICs
 */
public record FakeHardware(int cpus, int memoryMb, List<String> macs) {
    /** Copies the addresses. */
    public FakeHardware {
        macs = List.copyOf(macs);
    }
}
