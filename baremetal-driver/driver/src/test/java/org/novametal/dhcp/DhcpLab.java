package org.novametal.dhcp;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Two machines with real DHCP clients, and the server's network interface {@code lan0} (10.99.0.1, fd00:99::1), in a separate
 * network namespace. Needs root. One thread.
 */
public final class DhcpLab {
    /** The MACs of machines 1 and 2. */
    public static final List<String> MACS = List.of("52:54:00:aa:00:01", "52:54:00:aa:00:02");

    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;
    private final long namespace;

    /** Starts it; its files are written into that folder. */
    public DhcpLab(Path folder) throws IOException {
        Path script = Files.write(
                folder.resolve("dhcp-lab.sh"),
                Objects.requireNonNull(DhcpLab.class.getResourceAsStream("dhcp-lab.sh"))
                        .readAllBytes());
        process = new ProcessBuilder(
                        "unshare", "-n", "bash", script.toString(), folder.toString(), MACS.get(0), MACS.get(1))
                .redirectError(folder.resolve("lab.log").toFile())
                .start();
        commands = process.outputWriter(StandardCharsets.UTF_8);
        answers = process.inputReader(StandardCharsets.UTF_8);
        String ready = String.valueOf(answers.readLine());
        if (!ready.startsWith("ready ")) {
            process.destroy();
            throw new IOException("the lab is not ready: " + Files.readString(folder.resolve("lab.log")));
        }
        namespace = Long.parseLong(ready.substring("ready ".length()));
    }

    /** A command that runs a program in the lab's network namespace. */
    public List<String> inside(String program) {
        return List.of("nsenter", "--net=/proc/" + namespace + "/ns/net", program);
    }

    /**
     * What a machine gets when it asks by DHCP.
     *
     * @param machine 1 or 2
     * @param options further options of busybox's udhcpc, separated by spaces
     * @return {@code ip=… hostname=… bootfile=…}
     */
    public String ask(int machine, String options) throws IOException {
        String answer = "no answer";
        // A lost datagram proves nothing.
        for (int i = 0; i < 3 && answer.equals("no answer"); i++) {
            answer = command("ask " + machine + " " + options);
        }
        return answer;
    }

    /** What a machine gets when it asks by DHCP. */
    public String ask(int machine) throws IOException {
        return ask(machine, "");
    }

    /** Runs a dnsmasq in the lab. */
    public void startDnsmasq(Path configuration) throws IOException {
        String answer = command("dnsmasq " + configuration);
        if (!answer.equals("started")) {
            throw new IOException(answer);
        }
    }

    /** Ends that dnsmasq. */
    public void endDnsmasq() throws IOException {
        command("kill");
    }

    private String command(String line) throws IOException {
        commands.write(line + "\n");
        commands.flush();
        return String.valueOf(answers.readLine());
    }

    /** Ends it, and its dnsmasq. */
    public void close() throws IOException, InterruptedException {
        commands.close();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
