package org.novametal.scheduler.filter;

import java.util.Locale;
import java.util.Map;
import org.novametal.scheduler.filter.Verdict.Mismatch;
import org.novametal.scheduler.filter.Verdict.Pass;
import org.novametal.scheduler.host.HostDemand;
import org.novametal.scheduler.host.HostDemand.Architecture;
import org.novametal.scheduler.host.HostState;

/**
 * Passes the nodes whose processors have every demanded architecture. Names are case-insensitive; {@code amd64} and
 * {@code x86_64}, for example, are the same architecture. A node of unknown architecture matches no demand. Source:
 * Nova {@code nova/objects/fields.py#Architecture.canonicalize}.
 */
public final class CpuArchFilter implements HostFilter {
    private static final Map<String, String> OTHER_NAMES = Map.of(
            "amd64", "x86_64",
            "x64", "x86_64",
            "arm64", "aarch64",
            "i386", "i686",
            "i486", "i686",
            "i586", "i686");

    @Override
    public Verdict filter(HostState host, HostDemand demand) {
        for (Architecture wanted : demand.architectures()) {
            if (!canonical(host.cpuArch()).equals(canonical(wanted.name()))) {
                String seen = host.cpuArch().isBlank() ? "of unknown architecture" : host.cpuArch();
                return new Mismatch(
                        Reason.CPU_ARCH,
                        host.cpuArch(),
                        wanted.name(),
                        "is " + seen + ", " + wanted.asker() + " asks for " + wanted.name());
            }
        }
        return new Pass();
    }

    private static String canonical(String name) {
        String lower = name.strip().toLowerCase(Locale.ROOT);
        return OTHER_NAMES.getOrDefault(lower, lower);
    }
}
