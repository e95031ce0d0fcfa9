package org.novametal.bmc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.internal.InternalFutureFailureAccess;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.apache.commons.exec.CommandLine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.fake.FakeChassis;
import org.novametal.fake.FakeIpmiBmc;
import org.novametal.fake.FakeIpmiProfile;
import org.novametal.fake.FakeIpmiServer;
import org.novametal.fake.SwitchChassis;
import org.slf4j.Logger;

/** The program in the README of nova-metal-bmc, compiled and run with that artifact and its dependencies alone. */
class ReadmeProgramTest {
    private static final Path README = Path.of("../bmc/README.md");
    private static final String PASSWORD = "correct horse";

    /** A class of the artifact and of each of its dependencies. */
    private static final List<Class<?>> CLASS_PATH = List.of(
            Bmc.class,
            ImmutableList.class,
            InternalFutureFailureAccess.class,
            JsonNode.class,
            JsonFactory.class,
            JsonProperty.class,
            OkHttpClient.class,
            okio.Buffer.class,
            kotlin.Unit.class,
            CommandLine.class,
            Logger.class);

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path folder;

    @Test
    void theProgramReadsTheMachinesPower() throws Exception {
        FakeChassis chassis = new SwitchChassis();
        chassis.control(PowerAction.ON);
        try (FakeIpmiServer server = FakeIpmiServer.start()) {
            FakeIpmiBmc fake = new FakeIpmiBmc(
                    new BmcCredentials("admin", PASSWORD), chassis, FakeIpmiProfile.DEFAULTS, new SecureRandom());
            int port = server.attach(fake, 0).port();

            assertThat(run("ipmi://127.0.0.1:" + port)).isEqualTo("ON\n");
        }
    }

    @Test
    void itHasTenLines() throws Exception {
        assertThat(program().lines()).hasSizeLessThanOrEqualTo(10);
    }

    private static String program() throws Exception {
        String text = Files.readString(README);
        int begin = text.indexOf("```java\n") + "```java\n".length();
        return text.substring(begin, text.indexOf("```", begin));
    }

    private String run(String address) throws Exception {
        Path source = Files.writeString(folder.resolve("PowerOf.java"), program());
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        ProcessBuilder java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath(),
                        source.toString(),
                        address)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        java.environment().put("BMC_PASSWORD", PASSWORD);
        Process process = java.start();
        try {
            assertThat(process.waitFor(100, TimeUnit.SECONDS)).as("ended").isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
        return Files.readString(output);
    }

    private static String classPath() {
        return CLASS_PATH.stream()
                .flatMap(ReadmeProgramTest::origin)
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Stream<String> origin(Class<?> type) {
        return Stream.of(
                Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath())
                        .toString());
    }
}
