package org.novametal.bmc.redfish.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.benchmark.Children;
import org.novametal.bmc.benchmark.FarmProcess;

/** The farm of fake services, {@link FakeRedfishFarm}, in a separate process. */
final class RedfishFarm implements AutoCloseable {
    /** The only user of all. */
    static final BmcCredentials USER = new BmcCredentials("admin", "s3cret");

    private static final String HOST = "127.0.0.1";

    /**
     * A BMC of the farm.
     *
     * @param fingerprint the SHA-256 of its certificate
     * @param power the power of its machine
     */
    record Member(BmcAddress address, String fingerprint, ChassisPower power) {}

    private final FarmProcess<Member> process;

    private RedfishFarm(FarmProcess<Member> process) {
        this.process = process;
    }

    /** Starts it; returns when all services listen. */
    static RedfishFarm start(int count) throws IOException, InterruptedException {
        List<String> command = Children.java("2g", FakeRedfishFarm.class);
        command.add(String.valueOf(count));
        return new RedfishFarm(FarmProcess.start(
                command,
                Map.of("BMC_USER", USER.username(), "BMC_PASSWORD", USER.password()),
                words -> new Member(
                        new BmcAddress("redfish", HOST, Integer.parseInt(words[1]), words[2]),
                        words[3],
                        words[4].equals("on") ? ChassisPower.ON : ChassisPower.OFF)));
    }

    List<Member> members() {
        return process.members();
    }

    /** The number of open sessions of all its services. */
    int sessions() throws IOException {
        return Integer.parseInt(process.ask("sessions", "sessions "));
    }

    @Override
    public void close() {
        process.close();
    }
}
