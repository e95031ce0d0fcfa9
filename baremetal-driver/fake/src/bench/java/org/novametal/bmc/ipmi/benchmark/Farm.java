package org.novametal.bmc.ipmi.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.benchmark.Children;
import org.novametal.bmc.benchmark.FarmProcess;

/** The farm of fake BMCs, {@link FakeFarm}, in a separate process, so that its CPU time is not counted as the client's. */
final class Farm implements AutoCloseable {
    /** The one user of all. */
    static final BmcCredentials USER = new BmcCredentials("admin", "s3cret");

    private static final String HOST = "127.0.0.1";

    /**
     * A BMC of the farm.
     *
     * @param power what its machine is; nothing where it is dead
     */
    record Member(BmcAddress address, Optional<ChassisPower> power) {}

    private final FarmProcess<Member> process;

    private Farm(FarmProcess<Member> process) {
        this.process = process;
    }

    /** Starts it; returns when all are there. */
    static Farm start(int living, int dead, int threads, int suite) throws IOException, InterruptedException {
        List<String> command = Children.java("1g", FakeFarm.class);
        for (int argument : new int[] {living, dead, threads, suite}) {
            command.add(String.valueOf(argument));
        }
        return new Farm(FarmProcess.start(
                command,
                Map.of("IPMI_USER", USER.username(), "IPMI_PASSWORD", USER.password()),
                words -> new Member(
                        new BmcAddress("ipmi", HOST, Integer.parseInt(words[1]), ""),
                        switch (words[2]) {
                            case "on" -> Optional.of(ChassisPower.ON);
                            case "off" -> Optional.of(ChassisPower.OFF);
                            default -> Optional.empty();
                        })));
    }

    /** Those that answer. */
    List<Member> living() {
        return process.members().stream()
                .filter(member -> member.power().isPresent())
                .toList();
    }

    /** Those that do not. */
    List<Member> dead() {
        return process.members().stream()
                .filter(member -> member.power().isEmpty())
                .toList();
    }

    /** How many sessions its BMCs have, those included that are too old and not yet dropped. */
    int sessions() throws IOException {
        return Integer.parseInt(process.ask("sessions", "sessions "));
    }

    /** Lets that many percent of the datagrams of all BMCs be lost each way, and these forget their sessions. */
    void lose(int percent) throws IOException {
        process.ask("lose " + percent, "loses");
    }

    /** Lets all machines print that much of their {@link NumberedText}; the n-th of the living is number n. */
    void print(int bytes) throws IOException {
        process.ask("print " + bytes, "prints");
    }

    @Override
    public void close() {
        process.close();
    }
}
