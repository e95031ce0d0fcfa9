package org.novametal.baremetal.inventory;

import java.util.List;
import java.util.Objects;

/**
 * The hardware that an inspection found.
 *
 * @param vcpus number of processors, 1 or more
 * @param memoryMb memory in MiB, 1 or more
 * @param localGb size in GiB of the disk that a deployment writes, 1 or more
 * @param cpuArch processor architecture, such as {@code x86_64}
 * @param macs the MAC addresses of the machine's network interfaces, in lower case with colons
 * @param document all that was found, as JSON, safe to show
 */
public record FoundHardware(int vcpus, int memoryMb, int localGb, String cpuArch, List<String> macs, String document) {
    /** The name of the node's hardware document that contains all that was found. */
    public static final String DOCUMENT = "inspection";

    /** What happens to the values that an operator gave for the node. */
    public enum Given {
        /** They stay; what was found is only recorded as a document. */
        KEPT,
        /** What was found replaces them, and ports are added for further MAC addresses. */
        REPLACED
    }

    /** Copies the addresses. */
    public FoundHardware {
        Objects.requireNonNull(cpuArch, "cpuArch");
        macs = List.copyOf(macs);
        Objects.requireNonNull(document, "document");
    }
}
