package org.novametal.examples.vendor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;

/**
 * The vendor's power strip with a machine on outlet 3, on a loopback port. One thread answers until {@link #close}; the
 * machine's state is guarded by this object.
 */
public final class FakeOutletStrip implements AutoCloseable {
    private static final String OUTLET = "3";
    private static final BootOverride NONE = new BootOverride(BootDevice.NONE, BootPersistence.ONCE, BootFirmware.BIOS);

    private final BmcCredentials user;
    private final DatagramSocket socket;
    private final Map<String, String> answered = new HashMap<>();
    private ChassisPower power = ChassisPower.OFF;
    private BootOverride override = NONE;
    private int boots;
    private int interrupts;

    /** Starts to answer. */
    public FakeOutletStrip(BmcCredentials user) {
        this.user = user;
        try {
            socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().name("fake-outlet-strip").start(this::serve);
    }

    /** The address of its machine's BMC. */
    public BmcAddress address() {
        return BmcAddress.parse("example-outlet://127.0.0.1:" + socket.getLocalPort() + "/" + OUTLET);
    }

    synchronized void put(ChassisPower wanted) {
        power = wanted;
    }

    /** Whether the machine is on. */
    public synchronized ChassisPower power() {
        return power;
    }

    synchronized int boots() {
        return boots;
    }

    synchronized int interrupts() {
        return interrupts;
    }

    synchronized BootOverride override() {
        return override;
    }

    synchronized void restart() {
        answered.clear();
    }

    @Override
    public void close() {
        socket.close();
    }

    private void serve() {
        DatagramPacket packet = new DatagramPacket(new byte[512], 512);
        while (!socket.isClosed()) {
            try {
                packet.setLength(512);
                socket.receive(packet);
                String request = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
                byte[] answer = answer(request.split(" ", -1)).getBytes(StandardCharsets.US_ASCII);
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private synchronized String answer(String[] words) {
        return words[0] + " " + answered.computeIfAbsent(words[0], _ -> act(words));
    }

    private String act(String[] words) {
        if (!words[1].equals(user.username())) {
            return "error user";
        }
        if (!words[2].equals(user.password())) {
            return "error password";
        }
        if (!words[3].equals(OUTLET)) {
            return "error refused";
        }
        return switch (words[4]) {
            case "power" -> words.length == 5 ? "ok " + power : change(PowerAction.valueOf(words[5]));
            case "boot" -> {
                if (words.length > 5) {
                    override = new BootOverride(
                            BootDevice.valueOf(words[5]),
                            BootPersistence.valueOf(words[6]),
                            BootFirmware.valueOf(words[7]));
                }
                yield "ok " + override.device() + " " + override.persistence() + " " + override.firmware();
            }
            case "current" -> "ok " + (power == ChassisPower.ON ? 870 : 15);
            default -> "error refused";
        };
    }

    private String change(PowerAction action) {
        boolean wasOn = power == ChassisPower.ON;
        switch (action) {
            case ON -> boots += wasOn ? 0 : 1;
            case CYCLE -> boots++;
            case RESET -> {
                if (!wasOn) {
                    return "error refused";
                }
                boots++;
            }
            case DIAGNOSTIC_INTERRUPT -> interrupts++;
            case OFF, SOFT_OFF -> {}
        }
        power = switch (action) {
            case ON, CYCLE, RESET -> ChassisPower.ON;
            case OFF, SOFT_OFF -> ChassisPower.OFF;
            case DIAGNOSTIC_INTERRUPT -> power;
        };
        return "ok";
    }
}
