package org.novametal.bmc.ipmi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;

/**
 * OpenIPMI's {@code ipmi_sim} on a loopback port, with a chassis simulated by a few files: {@code power} contains 0 or 1,
 * {@code boots} a line for each boot, {@code boot} the boot device, {@code identify} the seconds and whether they are
 * unlimited. It switches the chassis by calling a script (its {@code chassis_control}).
 */
public final class IpmiSim {
    private static final String LAN_CONFIGURATION = """
            name "machine"
            set_working_mc 0x20
              startlan 1
                addr 127.0.0.1 PORT
                priv_limit admin
                allowed_auths_callback none md2 md5 straight
                allowed_auths_user none md2 md5 straight
                allowed_auths_operator none md2 md5 straight
                allowed_auths_admin none md2 md5 straight
                guid a123456789abcdefa123456789abcdef
              endlan
              chassis_control "SCRIPT"
              sol "tcp:127.0.0.1:SERIAL" 115200
              startnow false
              user 1 true "" "" user 10 none md2 md5 straight
              user 2 true "USER" "PASSWORD" admin 10 none md2 md5 straight
            """;

    private static final String EMULATOR_COMMANDS = """
            mc_setbmc 0x20
            mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
            sel_enable 0x20 1000 0x0a
            mc_enable 0x20
            """;

    /**
     * Performs ipmi_sim's requests to the chassis. New content is renamed into place, so that a reader never sees part of
     * it.
     */
    private static final String CHASSIS_SCRIPT = """
            #!/bin/sh
            cd "$(dirname "$0")" || exit 1
            put() { echo "$2" > "$1.new" && mv "$1.new" "$1"; }
            operation=$1; shift
            case $operation in
            get) for parameter; do
                case $parameter in
                power) echo "power:$(cat power)";;
                boot) echo "boot:$(cat boot)";;
                *) exit 1;;
                esac; done;;
            set) while [ $# -gt 0 ]; do
                case $1 in
                power) if [ "$2" = 1 ] && [ "$(cat power)" = 0 ]; then echo boot >> boots; fi; put power "$2";;
                reset) [ "$(cat power)" = 1 ] || exit 1; echo boot >> boots;;
                shutdown) put power 0;;
                boot) put boot "$2";;
                identify) put identify "$2";;
                *) exit 1;;
                esac; shift 2; done;;
            *) exit 1;;
            esac
            """;

    private final Path directory;
    private final TcpSerialLine serial = new TcpSerialLine();
    private final int port;
    private Process process;

    /** Starts ipmi_sim in an empty directory. */
    IpmiSim(Path directory, String user, String password) throws IOException {
        this(directory, user, password, CHASSIS_SCRIPT);
    }

    /**
     * Starts ipmi_sim in a directory with another chassis script, which maintains {@code boot}; the other files stay
     * unchanged.
     */
    public IpmiSim(Path directory, String user, String password, String chassisScript) throws IOException {
        this.directory = directory;
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path script = directory.resolve("chassis");
        Files.writeString(script, chassisScript);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        String configuration = LAN_CONFIGURATION
                .replace("PORT", String.valueOf(port))
                .replace("SCRIPT", script.toString())
                .replace("SERIAL", String.valueOf(serial.port()))
                .replace("USER", user)
                .replace("PASSWORD", password);
        Files.writeString(directory.resolve("lan.conf"), configuration);
        Files.writeString(directory.resolve("bmc.emu"), EMULATOR_COMMANDS);
        Files.createDirectory(directory.resolve("state"));
        Files.createFile(directory.resolve("boots"));
        write("power", "0");
        write("boot", "none");
        write("identify", "0 0");
        process = start();
    }

    /** The UDP port on which ipmi_sim listens. */
    public int port() {
        return port;
    }

    /** The machine's serial line. */
    public TcpSerialLine serial() {
        return serial;
    }

    /** The content of one of the chassis's files. */
    String read(String name) {
        try {
            return Files.readString(directory.resolve(name)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces one of the chassis's files. */
    void write(String name, String content) {
        try {
            Path part = Files.writeString(directory.resolve(name + ".part"), content + "\n");
            Files.move(part, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Restarts ipmi_sim on the same port, which drops all sessions. */
    void restart() throws IOException, InterruptedException {
        stopProcess();
        process = start();
    }

    private Process start() throws IOException {
        return new ProcessBuilder("ipmi_sim", "-c", "lan.conf", "-f", "bmc.emu", "-s", "state", "-n")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    /** Ends ipmi_sim and its machine's serial line. */
    public void stop() throws InterruptedException {
        stopProcess();
        serial.close();
    }

    private void stopProcess() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
