package org.novametal.examples.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.apache.commons.exec.CommandLine;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.BmcAccess;
import org.novametal.baremetal.InventoryMaintenance;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.config.BareMetalOptions.Dhcp;
import org.novametal.baremetal.config.BootFile;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcOptions.Privilege;
import org.novametal.bmc.fleet.PowerReading;
import org.novametal.bmc.fleet.PowerSweep;
import org.novametal.bmc.process.ChildProcess;
import org.novametal.bmc.process.ChildProcess.End;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.model.NodeName;

/** What {@code nova-metal doctor} examines, one thing after the other. Changes nothing. Used by one thread. */
final class Diagnosis {
    /** How many BMCs are asked at once. */
    private static final int BMCS_AT_ONCE = 32;

    /** How serious a finding is. */
    enum Result {
        /** Nothing to do. */
        OK,
        /** It works, but something should be changed. */
        WARNING,
        /** The compute host will not work, or not on this node. */
        ERROR
    }

    /**
     * What was found.
     *
     * @param subject what was examined
     * @param result how serious it is
     * @param text what was found, and what to do
     */
    record Finding(String subject, Result result, String text) {}

    private final NovaConf conf;
    private final Optional<Path> python;
    private final Duration limit;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * A diagnosis of a configuration.
     *
     * @param python the Python of nova-compute, whose import of the shim is tried
     * @param limit how long each question to a program, database or BMC may take
     */
    Diagnosis(NovaConf conf, Optional<Path> python, Duration limit) {
        this.conf = conf;
        this.python = python;
        this.limit = limit;
    }

    /** Examines everything. */
    List<Finding> run() throws InterruptedException {
        List<String> errors = ConfigCommand.errors(conf);
        errors.stream().flatMap(String::lines).forEach(error -> add("configuration", Result.ERROR, error));
        if (errors.isEmpty()) {
            add("configuration", Result.OK, "no errors in [baremetal] and [compute_host]");
            host(BareMetalOptions.from(conf));
        }
        clock();
        shim();
        nova();
        return List.copyOf(findings);
    }

    private void add(String subject, Result result, String text) {
        findings.add(new Finding(subject, result, text));
    }

    private void host(BareMetalOptions options) throws InterruptedException {
        folder("state_path", options.places().statePath());
        program("qemu-img", Result.WARNING, "images in qcow2 cannot be used; install qemu-utils");
        dhcp(options);
        port(
                "http_listen",
                options.http().listen().host(),
                options.http().listen().port());
        options.agent()
                .tls()
                .ifPresent(tls -> port(
                        "agent_api_listen", tls.listen().host(), tls.listen().port()));
        options.deploying().kernel().ifPresent(file -> bootFile("deploy_kernel", file));
        options.deploying().ramdisk().ifPresent(file -> bootFile("deploy_ramdisk", file));
        if (options.deploying().kernel().isEmpty()
                || options.deploying().ramdisk().isEmpty()) {
            add("deploy ramdisk", Result.ERROR, "deploy_kernel and deploy_ramdisk must be set to deploy a node");
        }
        if (database(options)) {
            bmcs(options);
        }
    }

    private void folder(String option, Path folder) {
        if (!Files.isDirectory(folder)) {
            add(option, Result.WARNING, folder + " does not exist; the first start makes it");
        } else if (!Files.isWritable(folder)) {
            add(option, Result.ERROR, "this user may not write to " + folder + "; run as the user of the compute host");
        } else {
            add(option, Result.OK, folder + " can be written to");
        }
    }

    private void program(String name, Result without, String advice) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("") + ":/usr/sbin:/sbin";
        boolean found = Stream.of(path.split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
        add("program " + name, found ? Result.OK : without, found ? "installed" : "not installed: " + advice);
    }

    private void dhcp(BareMetalOptions options) {
        switch (options.dhcp().server()) {
            case Dhcp.Files _ -> folder("dhcp_dir", options.places().dhcpDir());
            case Dhcp.Managed(var managed) -> {
                program("dnsmasq", Result.ERROR, "dhcp_mode is managed; install dnsmasq-base");
                try {
                    boolean there = NetworkInterface.getByName(managed.networkInterface()) != null;
                    add(
                            "dhcp interface",
                            there ? Result.OK : Result.ERROR,
                            managed.networkInterface()
                                    + (there ? " is there" : " is no interface of this machine; see dhcp_interface"));
                } catch (SocketException e) {
                    add("dhcp interface", Result.WARNING, "the interfaces cannot be read: " + e.getMessage());
                }
            }
        }
    }

    private void port(String option, String host, int port) {
        if (port == 0) {
            add(option, Result.OK, "a free port is chosen");
            return;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
            add(option, Result.OK, host + ":" + port + " is free");
        } catch (IOException e) {
            add(
                    option,
                    Result.WARNING,
                    host + ":" + port + " cannot be used now (" + e.getMessage()
                            + "); right while the compute host runs, else stop the other program or change the option");
        }
    }

    private void bootFile(String option, BootFile file) {
        switch (file) {
            case BootFile.Local(Path path) -> {
                boolean readable = Files.isReadable(path);
                add(
                        option,
                        readable ? Result.OK : Result.ERROR,
                        path + (readable ? " can be read" : " cannot be read by this user"));
            }
            case BootFile.Remote remote -> add(option, Result.OK, remote.location() + " (not fetched)");
        }
    }

    private boolean database(BareMetalOptions options) {
        try {
            List<String> faults = new InventoryMaintenance(options, InstantSource.system(), limit).check();
            faults.forEach(fault -> add("database and key", Result.ERROR, fault));
            if (faults.isEmpty()) {
                add("database and key", Result.OK, "the inventory can be read, and its key fits");
            }
            return faults.isEmpty();
        } catch (DriverException e) {
            add("database and key", Result.ERROR, e.getMessage());
            return false;
        }
    }

    // ---- BMCs

    private void bmcs(BareMetalOptions options) throws InterruptedException {
        List<NodeRecord> nodes;
        try (BareMetalInventory inventory = BareMetalInventory.open(options, InstantSource.system(), Missing.REFUSE)) {
            nodes = inventory.enrolment().list();
        } catch (DriverException e) {
            add("nodes", Result.ERROR, e.getMessage());
            return;
        }
        if (nodes.isEmpty()) {
            add("nodes", Result.WARNING, "no node is enrolled; see nova-metal node create");
            return;
        }
        // BMCs that cannot be polled are asked in turns, each of which has the limit.
        Duration whole = limit.multipliedBy(Math.ceilDiv(nodes.size(), BMCS_AT_ONCE));
        try (BmcAccess access = BmcAccess.of(options, Privilege.OPERATOR)) {
            Map<NodeName, Bmc> bmcs = new LinkedHashMap<>();
            nodes.forEach(node -> bmcs.put(node.name(), access.bmc(node.name())));
            Map<NodeName, PowerReading> readings = new HashMap<>();
            new PowerSweep(
                            new PowerSweep.Limits(whole, limit, BMCS_AT_ONCE),
                            RandomGenerator.getDefault(),
                            System::nanoTime)
                    .run(bmcs, readings::put);
            bmcs.forEach((node, bmc) -> bmc(node, bmc, Objects.requireNonNull(readings.get(node))));
        } catch (DriverException e) {
            add("nodes", Result.ERROR, e.getMessage());
        }
    }

    private void bmc(NodeName node, Bmc bmc, PowerReading reading) {
        String subject = "BMC of " + node;
        String address = bmc.address() + ": ";
        switch (reading) {
            case PowerReading.Known(var power) -> add(subject, Result.OK, address + "answers; the power is " + power);
            case PowerReading.Unknown(var cause) -> add(subject, Result.ERROR, address + cause.getMessage());
        }
    }

    // ---- clock, shim, Nova

    private void clock() throws InterruptedException {
        End end = run("timedatectl", "show", "--property=NTPSynchronized", "--value");
        if (end instanceof End.Exited exited && exited.exitCode() == 0) {
            boolean right = exited.output().strip().equals("yes");
            add(
                    "clock",
                    right ? Result.OK : Result.WARNING,
                    right
                            ? "synchronised"
                            : "not synchronised by NTP; TLS certificates and the times of a database's hosts need a right clock");
        } else {
            add("clock", Result.WARNING, "timedatectl cannot say whether the clock is synchronised; check it by hand");
        }
    }

    private void shim() throws InterruptedException {
        if (python.isEmpty()) {
            add("shim", Result.WARNING, "not tried; give the Python of nova-compute with --python");
            return;
        }
        End end = run(
                python.get().toString(),
                "-c",
                "import nova.virt.novametal, nova.version; print(nova.version.version_string())");
        switch (end) {
            case End.Exited exited
            when exited.exitCode() == 0 ->
                add("shim", Result.OK, "imported, with Nova " + exited.output().strip());
            case End.Exited exited ->
                add(
                        "shim",
                        Result.ERROR,
                        "this Python cannot import nova.virt.novametal: " + lastLine(exited.errors())
                                + "; install the shim for that Python");
            case End.Killed _ -> add("shim", Result.ERROR, "the import took more than " + limit.toSeconds() + " s");
            case End.NotStarted notStarted -> add("shim", Result.ERROR, python.get() + ": " + notStarted.why());
        }
    }

    private static String lastLine(String text) {
        return text.lines().reduce("", (_, line) -> line);
    }

    private End run(String program, String... arguments) throws InterruptedException {
        return ChildProcess.start(
                        new CommandLine(program).addArguments(arguments, false),
                        Map.copyOf(System.getenv()),
                        Path.of("/"),
                        "",
                        ChildProcess.ErrorStream.APART,
                        new ChildProcess.Limits(16_384, Duration.ofSeconds(2)))
                .await(limit);
    }

    /** Options of Nova in the same files that a bare-metal host needs. */
    private void nova() {
        recommend("DEFAULT", "reserved_host_memory_mb", "0", "512 MiB of each node would count as used");
        recommend("DEFAULT", "reserved_host_disk_mb", "0", "a part of each disk would count as used");
        recommend("DEFAULT", "force_config_drive", "true", "machines get no config drive unless users ask for one");
        recommend(
                "DEFAULT",
                "max_concurrent_builds",
                "50",
                "Nova deploys 10 machines at once by default, and each waits for minutes");
        recommend(
                "compute",
                "update_resources_max_workers",
                "8",
                "with many nodes a pass of Nova's resource update takes minutes in one thread");
    }

    private void recommend(String group, String option, String value, String reason) {
        String subject = "Nova's [" + group + "] " + option;
        try {
            Optional<String> present = conf.find(group, option).map(NovaConf.Entry::value);
            if (present.isPresent()) {
                add(subject, Result.OK, "set");
            } else {
                add(subject, Result.WARNING, "not set in these files; " + value + " is recommended: " + reason);
            }
        } catch (DriverException e) {
            add(subject, Result.ERROR, e.getMessage());
        }
    }
}
