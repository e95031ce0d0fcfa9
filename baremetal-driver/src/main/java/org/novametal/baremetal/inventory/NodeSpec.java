package org.novametal.baremetal.inventory;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.driver.model.NodeName;

/**
 * A node to enrol.
 *
 * @param uuid its identity
 * @param name its name, unique
 * @param bmc where its BMC is, unique
 * @param credentials the BMC's user and password, and its own key where it has one
 * @param vcpus processors, 1 or more
 * @param memoryMb memory in MiB, 1 or more
 * @param localGb disk in GiB, 1 or more
 * @param cpuArch the processor architecture, such as {@code x86_64}
 * @param resourceClass its resource class as operators write it, such as {@code baremetal.gold}
 * @param traits its traits
 * @param macs the hardware addresses of its network ports, lower case with colons, one or more, each unique among all nodes;
 *     the first is the one it boots by
 * @param consoleLog where what its serial line prints is had from: {@code sol} for its BMC's serial over LAN, or the absolute
 *     path of a file that something else writes; absent: nowhere
 * @param settings how its BMC is used
 */
public record NodeSpec(
        UUID uuid,
        NodeName name,
        BmcAddress bmc,
        BmcCredentials credentials,
        int vcpus,
        int memoryMb,
        int localGb,
        String cpuArch,
        Optional<String> resourceClass,
        Set<String> traits,
        List<String> macs,
        Optional<String> consoleLog,
        BmcSettings settings) {
    private static final Pattern MAC = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");

    /** Copies the collections and checks the ranges. */
    public NodeSpec {
        Objects.requireNonNull(uuid, "uuid");
        Objects.requireNonNull(bmc, "bmc");
        Objects.requireNonNull(credentials, "credentials");
        Objects.requireNonNull(cpuArch, "cpuArch");
        Objects.requireNonNull(resourceClass, "resourceClass");
        Objects.requireNonNull(consoleLog, "consoleLog");
        Objects.requireNonNull(settings, "settings");
        atLeastOne(name, "vcpus", vcpus);
        atLeastOne(name, "memoryMb", memoryMb);
        atLeastOne(name, "localGb", localGb);
        traits = Set.copyOf(traits);
        macs = macs.stream().map(mac -> mac.toLowerCase(Locale.ROOT)).toList();
        if (macs.isEmpty()) {
            throw new IllegalArgumentException(
                    "node " + name + " has no MAC address; give at least the one it boots by");
        }
        for (String mac : macs) {
            if (!MAC.matcher(mac).matches()) {
                throw new IllegalArgumentException(
                        "node " + name + ": '" + mac + "' is not a MAC address such as 52:54:00:12:34:56");
            }
        }
    }

    /** A node whose BMC is used as all are. */
    public NodeSpec(
            UUID uuid,
            NodeName name,
            BmcAddress bmc,
            BmcCredentials credentials,
            int vcpus,
            int memoryMb,
            int localGb,
            String cpuArch,
            Optional<String> resourceClass,
            Set<String> traits,
            List<String> macs,
            Optional<String> consoleLog) {
        this(
                uuid,
                name,
                bmc,
                credentials,
                vcpus,
                memoryMb,
                localGb,
                cpuArch,
                resourceClass,
                traits,
                macs,
                consoleLog,
                BmcSettings.NONE);
    }

    /** The same node with its BMC used in that way. */
    public NodeSpec withSettings(BmcSettings other) {
        return with(consoleLog, other);
    }

    /** The same node with its console from there. */
    public NodeSpec withConsoleLog(Optional<String> other) {
        return with(other, settings);
    }

    private NodeSpec with(Optional<String> otherConsoleLog, BmcSettings otherSettings) {
        return new NodeSpec(
                uuid,
                name,
                bmc,
                credentials,
                vcpus,
                memoryMb,
                localGb,
                cpuArch,
                resourceClass,
                traits,
                macs,
                otherConsoleLog,
                otherSettings);
    }

    private static void atLeastOne(NodeName name, String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "node " + name + ": " + what + " is " + value + "; it must be 1 or more");
        }
    }
}
