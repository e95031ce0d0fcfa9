package org.novametal.dhcp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.exec.CommandLine;
import org.novametal.bmc.process.ChildProcess;
import org.novametal.text.ForeignText;
import org.novametal.text.IoFailure;

/**
 * SIGHUP to the process whose number dnsmasq wrote into its pid file. Another program of that number is never signalled:
 * SIGHUP would end it. One thread at a time.
 *
 * <p>Source: proc(5), {@code /proc/PID/stat}.
 */
final class PidFileSignal implements DnsmasqSignal {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final ChildProcess.Limits OUTPUT = new ChildProcess.Limits(1024, Duration.ofSeconds(1));
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

    /** The beginning of {@code /proc/PID/stat}; the states Z and X are those of a process that has ended. */
    private static final Pattern RUNNING = Pattern.compile("[0-9]+ \\(dnsmasq\\) [^ZXx]");

    private final Path pidFile;
    private long signalled;

    PidFileSignal(Path pidFile) {
        this.pidFile = pidFile;
    }

    @Override
    public void send() throws InterruptedException {
        long pid = running();
        signalled = pid;
        // The shell's own kill: no package has to be installed for it.
        CommandLine command = new CommandLine("/bin/sh").addArgument("-c").addArgument("kill -HUP " + pid, false);
        ChildProcess.End end = ChildProcess.start(
                        command, Map.of("LC_ALL", "C"), Path.of("/"), "", ChildProcess.ErrorStream.IN_OUTPUT, OUTPUT)
                .await(LIMIT);
        if (!(end instanceof ChildProcess.End.Exited(int code, var _, var _)) || code != 0) {
            throw new DhcpException("dnsmasq, process " + pid + ", cannot be sent SIGHUP: "
                    + ForeignText.line(end.toString())
                    + "; run both programs as the same user, or set dhcp_reload_command");
        }
    }

    @Override
    public void requireRunning() {
        if (!isDnsmasq(signalled)) {
            throw new DhcpException(
                    "dnsmasq, process " + signalled + ", ended when it was sent SIGHUP to read its files"
                            + " again; start it, and see its log for the reason (2.90-4~deb12u2 aborts for host lines with set:)");
        }
    }

    /** The process of the running dnsmasq that the file names. */
    private long running() {
        String text = read();
        if (!NUMBER.matcher(text).matches()) {
            throw new DhcpException("the pid file " + pidFile + " does not hold the number of a process but '"
                    + ForeignText.line(text) + "'; name dnsmasq's pid-file in dhcp_pid_file");
        }
        long pid = Long.parseLong(text);
        if (!isDnsmasq(pid)) {
            throw new DhcpException("dnsmasq does not run: its pid file " + pidFile + " names process " + pid
                    + ", which is not a running dnsmasq; start dnsmasq");
        }
        return pid;
    }

    private String read() {
        try {
            if (Files.size(pidFile) > 100) {
                throw new DhcpException("the pid file " + pidFile + " is no pid file: it has " + Files.size(pidFile)
                        + " bytes; name dnsmasq's pid-file in dhcp_pid_file");
            }
            return Files.readString(pidFile).strip();
        } catch (NoSuchFileException e) {
            throw new DhcpException(
                    "dnsmasq does not run: its pid file " + pidFile
                            + " does not exist; start dnsmasq with that pid-file, or set dhcp_pid_file",
                    e);
        } catch (IOException e) {
            throw new DhcpException("dnsmasq's pid file " + pidFile + " cannot be read: " + IoFailure.reason(e), e);
        }
    }

    /** The running dnsmasq that a pid file names; empty when there is none, whatever the file holds. */
    static Optional<ProcessHandle> dnsmasqOf(Path pidFile) {
        try {
            return Optional.of(new PidFileSignal(pidFile).running()).flatMap(ProcessHandle::of);
        } catch (DhcpException e) {
            // The file is absent, or names no dnsmasq.
            return Optional.empty();
        }
    }

    /** Whether that process is a dnsmasq and has not ended, also if its parent has not yet asked how it ended. */
    private static boolean isDnsmasq(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            return RUNNING.matcher(stat).lookingAt();
        } catch (IOException e) {
            // It has ended: there is no such file.
            return false;
        }
    }
}
