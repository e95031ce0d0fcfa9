package org.novametal.baremetal.store.sql;

import com.google.common.collect.MoreCollectors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.novametal.driver.model.Secret;

/** Debian's PostgreSQL in a separate folder, as the user postgres, on a free port of 127.0.0.1. */
public final class PostgresServer {
    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Its one user. */
    public static final String USER = "nova";

    private final Path folder;
    private final int port;
    private final Secret password;
    private final Process process;

    private PostgresServer(Path folder, int port, Secret password, Process process) {
        this.folder = folder;
        this.port = port;
        this.password = password;
        this.process = process;
    }

    /** Starts a server and waits until it answers. */
    public static PostgresServer start() throws Exception {
        Path programs = programs();
        Path folder = Files.createTempDirectory("nova-metal-postgresql");
        try {
            Secret password = Secret.of(UUID.randomUUID().toString());
            Path passwordFile = Files.writeString(folder.resolve("password"), password.reveal());
            run(List.of("chown", "-R", "postgres:", folder.toString()));
            run(asPostgres(
                    programs.resolve("initdb").toString(),
                    "--pgdata=" + folder.resolve("data"),
                    "--username=" + USER,
                    "--pwfile=" + passwordFile,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--no-sync"));
            int port = freePort();
            Process process = new ProcessBuilder(asPostgres(
                            programs.resolve("postgres").toString(),
                            "-D",
                            folder.resolve("data").toString(),
                            "-c",
                            "listen_addresses=127.0.0.1",
                            "-c",
                            "port=" + port,
                            "-c",
                            "unix_socket_directories=" + folder,
                            "-c",
                            "fsync=off"))
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
            PostgresServer server = new PostgresServer(folder, port, password, process);
            try {
                server.awaitAnswer();
                return server;
            } catch (Throwable e) {
                server.stop();
                throw e;
            }
        } catch (Throwable e) {
            delete(folder);
            throw e;
        }
    }

    private static Path programs() throws IOException {
        if (!Files.isDirectory(VERSIONS)) {
            throw new AssertionError("PostgreSQL is missing: run .ci/install");
        }
        try (Stream<Path> versions = Files.list(VERSIONS)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .collect(MoreCollectors.onlyElement());
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static List<String> asPostgres(String... command) {
        List<String> whole = new ArrayList<>(List.of("runuser", "-u", "postgres", "--"));
        whole.addAll(List.of(command));
        return whole;
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(command + " failed: " + output);
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private void awaitAnswer() throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                connect().close();
                return;
            } catch (SQLException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new AssertionError(
                            "PostgreSQL does not answer: " + Files.readString(folder.resolve("log")), e);
                }
                process.waitFor(100, TimeUnit.MILLISECONDS);
            }
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl("postgres"), USER, password.reveal());
    }

    /** The address of a database for JDBC. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /** The password of the user. */
    public Secret password() {
        return password;
    }

    /** Executes a statement in the database of the server itself. */
    public void execute(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    /** Ends the server with all its processes, and removes its folder. */
    public void stop() throws IOException, InterruptedException {
        try {
            Path pid = folder.resolve("data/postmaster.pid");
            if (Files.exists(pid)) {
                // At once, and with all its children.
                run(List.of("kill", "-QUIT", Files.readAllLines(pid).getFirst()));
            }
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("PostgreSQL did not end within " + LIMIT);
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
