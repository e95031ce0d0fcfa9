package org.novametal.bmc.redfish.benchmark;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.benchmark.PeerMissingException;
import org.novametal.bmc.benchmark.StepProgram;

/**
 * The peers of the Redfish client, each a program of ours that uses a library, started when it is first needed: gofish 0.23.0
 * (BSD-3-Clause), built by Go with the module proxy; sushy 5.14.0 (Apache-2.0), installed by pip. Both are put into {@code
 * target}.
 */
final class Peers implements AutoCloseable {
    private static final String GO_PARALLEL = "64";

    /** sushy reads the n-th part of the fleet. */
    private static final int SUSHY_PART = 10;

    private final List<RedfishFarm.Member> members;
    private final Path folder;
    private @Nullable StepProgram gofish;
    private @Nullable StepProgram sushy;

    Peers(List<RedfishFarm.Member> members, Path folder) {
        this.members = members;
        this.folder = folder;
    }

    /** gofish, with a session and a kept connection to each BMC and 64 goroutines. */
    StepProgram gofish() throws IOException, InterruptedException, PeerMissingException {
        StepProgram known = gofish;
        if (known == null) {
            Path program = StepProgram.buildGo(resource("gofish/main.go"), "gofish-benchmark", folder);
            known = start(
                    "gofish", new ProcessBuilder(program.toString(), addresses(members), GO_PARALLEL), members.size());
            gofish = known;
        }
        return known;
    }

    /**
     * sushy, with a session and a kept connection to each BMC of a tenth of the fleet, because its logins take long; one BMC
     * after another, which costs it least.
     */
    StepProgram sushy() throws IOException, InterruptedException, PeerMissingException {
        StepProgram known = sushy;
        if (known == null) {
            Path source = StepProgram.path(resource("sushy/status.py"));
            Path python = install(source);
            List<RedfishFarm.Member> some = members.subList(0, (members.size() + SUSHY_PART - 1) / SUSHY_PART);
            known = start(
                    "sushy", new ProcessBuilder(python.toString(), source.toString(), addresses(some)), some.size());
            known.step("open");
            sushy = known;
        }
        return known;
    }

    private static StepProgram start(String name, ProcessBuilder builder, int bmcs) throws IOException {
        builder.environment().put("BMC_USER", RedfishFarm.USER.username());
        builder.environment().put("BMC_PASSWORD", RedfishFarm.USER.password());
        return StepProgram.start(name, builder, bmcs);
    }

    private static Path install(Path source) throws IOException, InterruptedException, PeerMissingException {
        Path requirements = source.resolveSibling("requirements.txt");
        Path environment = StepProgram.target(source).resolve("sushy-benchmark");
        Path installed = environment.resolve("requirements.txt");
        Path bin = environment.resolve("bin");
        // The requirements are copied last: without them the folder counts as unfinished.
        if (!Files.exists(installed) || Files.mismatch(requirements, installed) != -1) {
            Path log = StepProgram.target(source);
            String missing = "sushy needs Python 3 with venv";
            StepProgram.run(List.of("python3", "-m", "venv", "--clear", environment.toString()), log, missing);
            StepProgram.run(
                    List.of(bin.resolve("pip").toString(), "install", "-q", "-r", requirements.toString()),
                    log,
                    missing);
            Files.copy(requirements, installed);
        }
        return bin.resolve("python3");
    }

    private String addresses(List<RedfishFarm.Member> some) throws IOException {
        Path addresses = Files.createTempFile(folder, "addresses", ".txt");
        return Files.writeString(
                        addresses,
                        some.stream()
                                .map(member -> "https://" + member.address().host() + ":"
                                        + member.address().port() + " "
                                        + member.address().path()
                                        + (member.power() == ChassisPower.ON ? " On\n" : " Off\n"))
                                .collect(Collectors.joining()))
                .toString();
    }

    private static URL resource(String name) {
        return Objects.requireNonNull(Peers.class.getResource(name), name);
    }

    @Override
    public void close() {
        if (gofish != null) {
            gofish.close();
        }
        if (sushy != null) {
            sushy.close();
        }
    }
}
