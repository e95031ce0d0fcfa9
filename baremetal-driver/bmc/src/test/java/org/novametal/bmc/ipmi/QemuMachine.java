package org.novametal.bmc.ipmi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A qemu machine that {@link IpmiSim} switches: a process while it is on, none while it is off. It prints on its serial
 * line what it booted, {@link #FROM_DISK} or {@link #FROM_NETWORK}. The code on its disk reacts to the power button with a
 * soft power-off, as an operating system does.
 */
final class QemuMachine implements AutoCloseable {
    static final String FROM_DISK = "Hello from the disk.";
    static final String FROM_NETWORK = "Hello from the network.";

    /**
     * The chassis script for ipmi_sim, which answers no requests until the script has ended, so long-running programs run
     * in the background. A killed process may be a zombie for a while; it counts as off.
     */
    private static final String CHASSIS_SCRIPT = """
            #!/bin/sh
            cd "$(dirname "$0")" || exit 1
            runs() {
                [ -s pid ] && read -r pid < pid && read -r _ _ state _ < "/proc/$pid/stat" && [ "$state" != Z ]
            } 2>/dev/null
            start() {
                runs && return
                network=2 disk=1
                [ "$(cat boot)" = pxe ] && network=1 disk=2
                qemu-system-x86_64 -machine pc,graphics=off -accel tcg -m 64 -nodefaults -no-user-config -display none \\
                    -chardev socket,id=serial,host=127.0.0.1,port=SERIAL -serial chardev:serial \\
                    -chardev pipe,id=monitor,path=monitor -mon chardev=monitor \\
                    -netdev user,id=net,tftp=tftp,bootfile=boot.ipxe \\
                    -device virtio-net-pci,netdev=net,bootindex=$network \\
                    -drive file=disk,if=none,id=disk,format=raw -device virtio-blk-pci,drive=disk,bootindex=$disk \\
                    </dev/null >qemu.log 2>&1 &
                echo $! > pid
            }
            operation=$1; shift
            case $operation in
            get) for parameter; do
                case $parameter in
                power) runs && echo power:1 || echo power:0;;
                boot) echo "boot:$(cat boot)";;
                *) exit 1;;
                esac; done;;
            set) while [ $# -gt 0 ]; do
                case $1 in
                power) if [ "$2" = 1 ]; then start; elif runs; then kill -KILL "$pid"; fi;;
                reset) runs || exit 1; echo system_reset > monitor.in;;
                shutdown) runs || exit 1; echo system_powerdown > monitor.in;;
                boot) echo "$2" > boot;;
                *) exit 1;;
                esac; shift 2; done;;
            *) exit 1;;
            esac
            """;

    private static final String NETWORK_SCRIPT = "#!ipxe\necho " + FROM_NETWORK + "\nsleep 3600\n";

    /**
     * The code of the first sector: prints the text after it through the BIOS, enables the power button (ACPI's PM1_EN,
     * port 0x602), halts until PM1_STS (0x600) shows it pressed, and switches the machine off by PM1_CNT (0x604).
     */
    private static final String SECTOR_CODE = "fc31c08ed8be307c" // cld; ds = 0; si = the text
            + "ac84c07406b40ecd10ebf5" // print until a 0
            + "ba0206b80001ef" // PM1_EN = power button
            + "fbf4" // sti; hlt: the timer wakes it
            + "ba0006edf6c40174f5" // in ax, PM1_STS; again unless bit 8
            + "ba0406b80020ef" // PM1_CNT = sleep enabled, type 0: off
            + "fbf4ebfc"; // until then, and for ever

    private static final int SECTOR_BYTES = 512;
    private static final int DISK_BYTES = 1 << 20;

    private final Path directory;
    private final TcpSerialLine serial;

    /**
     * Creates a machine that is off.
     *
     * @param directory where {@link IpmiSim} is started next
     * @param listener gets the machine's output, piece by piece
     */
    QemuMachine(Path directory, Consumer<String> listener) throws IOException, InterruptedException {
        this.directory = directory;
        this.serial = new TcpSerialLine(listener);
        Files.write(directory.resolve("disk"), disk());
        Files.writeString(Files.createDirectory(directory.resolve("tftp")).resolve("boot.ipxe"), NETWORK_SCRIPT);
        Process fifos = new ProcessBuilder("mkfifo", "monitor.in", "monitor.out")
                .directory(directory.toFile())
                .inheritIO()
                .start();
        if (!fifos.waitFor(5, TimeUnit.SECONDS) || fifos.exitValue() != 0) {
            throw new IOException("mkfifo failed in " + directory);
        }
    }

    private static byte[] disk() {
        byte[] disk = new byte[DISK_BYTES];
        byte[] code = HexFormat.of().parseHex(SECTOR_CODE);
        byte[] text = (FROM_DISK + "\r\n").getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(code, 0, disk, 0, code.length);
        System.arraycopy(text, 0, disk, code.length, text.length);
        disk[SECTOR_BYTES - 2] = 0x55;
        disk[SECTOR_BYTES - 1] = (byte) 0xaa;
        return disk;
    }

    /** The {@code chassis_control} of ipmi_sim. */
    String chassisScript() {
        return CHASSIS_SCRIPT.replace("SERIAL", String.valueOf(serial.port()));
    }

    /** All output of the machine. */
    String printed() {
        return serial.received();
    }

    /** Whether it is on. */
    boolean isOn() {
        return process().isPresent();
    }

    /** The id of the machine's process, while it is on. */
    long pid() {
        return process().orElseThrow().pid();
    }

    private Optional<ProcessHandle> process() {
        try {
            Path pid = directory.resolve("pid");
            return Files.exists(pid)
                    ? ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
                            .filter(ProcessHandle::isAlive)
                            .filter(Predicate.not(QemuMachine::isZombie))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isZombie(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"))
                    .contains(") Z ");
        } catch (IOException e) {
            // The process has ended.
            return true;
        }
    }

    @Override
    public void close() {
        process().ifPresent(ProcessHandle::destroyForcibly);
        serial.close();
    }
}
