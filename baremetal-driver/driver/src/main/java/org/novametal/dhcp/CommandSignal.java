package org.novametal.dhcp;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.exec.CommandLine;
import org.novametal.bmc.process.ChildProcess;
import org.novametal.text.ForeignText;

/** A command of the operator that makes dnsmasq read its files again and exits with 0 when it did. */
final class CommandSignal implements DnsmasqSignal {
    private static final ChildProcess.Limits OUTPUT = new ChildProcess.Limits(4096, Duration.ofSeconds(2));

    private final String command;
    private final Duration limit;

    CommandSignal(String command, Duration limit) {
        this.command = command;
        this.limit = limit;
    }

    @Override
    public void send() throws InterruptedException {
        CommandLine line = new CommandLine("/bin/sh").addArgument("-c").addArgument(command, false);
        Map<String, String> environment = new HashMap<>(System.getenv());
        // The password of the inventory's database is in the environment: not for this command.
        environment.keySet().removeIf(name -> name.startsWith("NOVA_METAL_"));
        ChildProcess.End end = ChildProcess.start(
                        line, environment, Path.of("/"), "", ChildProcess.ErrorStream.IN_OUTPUT, OUTPUT)
                .await(limit);
        switch (end) {
            case ChildProcess.End.Exited(int code, String output, String _) -> {
                if (code != 0) {
                    throw failed("exited with " + code + ": " + ForeignText.line(output.strip()));
                }
            }
            case ChildProcess.End.Killed(String output) ->
                throw failed("did not end within " + limit + ": " + ForeignText.line(output.strip()));
            case ChildProcess.End.NotStarted(String why) -> throw failed("cannot be started: " + ForeignText.line(why));
        }
    }

    private DhcpException failed(String how) {
        return new DhcpException("dnsmasq was not made to read its files again: dhcp_reload_command " + how);
    }

    @Override
    public void requireRunning() {
        // The command's exit code says whether dnsmasq runs.
    }
}
