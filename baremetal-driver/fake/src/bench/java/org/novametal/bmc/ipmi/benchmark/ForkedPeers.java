package org.novametal.bmc.ipmi.benchmark;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.PeerProgram;
import org.novametal.bmc.benchmark.PeerMissingException;
import org.novametal.bmc.benchmark.Report;
import org.novametal.bmc.benchmark.Sample;

/** The programs that others fork: Debian's ipmitool and FreeIPMI's ipmipower. CPU is user and system of all they fork. */
final class ForkedPeers {
    private static final String IPMITOOL_LOOP = """
            for port do
                ipmitool -I lanplus -C "$SUITE" -N 2 -R 3 -U "$USERNAME" -f password -H 127.0.0.1 -p "$port" \
            chassis power status
            done""";
    /** One call for all; its own configuration file is an eighth of the packaged one, which saves it 3 ms. */
    private static final String IPMIPOWER_CALL =
            "ipmipower --config-file=freeipmi.conf -D LAN_2_0 -I \"$SUITE\" --stat -h \"$1\"";

    private static final Pattern ANSWER = Pattern.compile("(: |Chassis Power is )(on|off)$", Pattern.MULTILINE);

    private final Path folder;
    private final int suite;

    /**
     * The programs, on an empty folder.
     *
     * @param folder where they find their passwords
     */
    ForkedPeers(Path folder, int suite) throws IOException {
        this.folder = folder;
        this.suite = suite;
        PeerProgram.secretFile(folder, "password", Farm.USER.password());
        PeerProgram.secretFile(
                folder,
                "freeipmi.conf",
                "username " + Farm.USER.username() + "\npassword " + Farm.USER.password() + "\n");
        // ipmitool prefers a list of vendors below HOME; Debian's own has 4.7 MB and is read at each start.
        Path vendors = Files.createDirectories(folder.resolve("home/.local/usr/share/misc"));
        Files.writeString(vendors.resolve("enterprise-numbers.txt"), "0\n  Reserved\n    x\n      x\n");
    }

    /** A fork of ipmitool for each BMC, one after another, as Debian packages it. */
    Sample ipmitool(List<Farm.Member> members) throws IOException, InterruptedException, PeerMissingException {
        return run(IPMITOOL_LOOP, "ipmitool", "ipmitool", ports(members), Map.of(), members.size());
    }

    /** The same without the packaged list of vendors. */
    Sample ipmitoolWithoutVendors(List<Farm.Member> members)
            throws IOException, InterruptedException, PeerMissingException {
        Map<String, String> home = Map.of("HOME", folder.resolve("home").toString());
        return run(IPMITOOL_LOOP, "ipmitool", "ipmitool", ports(members), home, members.size());
    }

    /** One call of ipmipower for all BMCs. */
    Sample ipmipower(List<Farm.Member> members) throws IOException, InterruptedException, PeerMissingException {
        String hosts = members.stream()
                .map(Farm.Member::address)
                .map(address -> address.host() + ":" + address.port())
                .collect(Collectors.joining(","));
        return run(IPMIPOWER_CALL, "ipmipower", "freeipmi-tools", List.of(hosts), Map.of(), members.size());
    }

    private static List<String> ports(List<Farm.Member> members) {
        return members.stream()
                .map(Farm.Member::address)
                .map(BmcAddress::port)
                .map(String::valueOf)
                .toList();
    }

    private Sample run(
            String script,
            String program,
            String debianPackage,
            List<String> arguments,
            Map<String, String> environment,
            int bmcs)
            throws IOException, InterruptedException, PeerMissingException {
        List<String> command = new ArrayList<>(List.of(
                "bash",
                "-c",
                "command -v " + program + " >/dev/null || exit 127\nTIMEFORMAT='%R %U %S'\ntime { " + script
                        + "\n} 2>errors",
                program));
        command.addAll(arguments);
        Path answers = folder.resolve("answers");
        Path times = folder.resolve("times");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(answers.toFile())
                .redirectError(times.toFile());
        builder.environment().merge("PATH", ":/usr/sbin", String::concat);
        builder.environment().put("USERNAME", Farm.USER.username());
        builder.environment().put("SUITE", String.valueOf(suite));
        // A decimal point, whatever the locale.
        builder.environment().put("LC_ALL", "C");
        builder.environment().putAll(environment);
        int code = builder.start().waitFor();
        if (code == 127) {
            throw new PeerMissingException(
                    program + " is not installed: apt-get install " + debianPackage + ", or .ci/install");
        }
        String[] seconds = Files.readString(times).strip().split(" ", -1);
        int answered = (int) ANSWER.matcher(Files.readString(answers)).results().count();
        if (answered < bmcs) {
            Report.say(program + ": " + answered + " of " + bmcs + " answered; "
                    + Files.readString(folder.resolve("errors"))
                            .lines()
                            .findFirst()
                            .orElse(""));
        }
        long wall = nanos(seconds[0]);
        return new Sample(nanos(seconds[1]) + nanos(seconds[2]), wall, wall, bmcs, bmcs - answered);
    }

    private static long nanos(String seconds) {
        return Math.round(Double.parseDouble(seconds) * 1e9);
    }
}
