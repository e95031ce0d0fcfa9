package com.example.outlet;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCalls;
import org.novametal.bmc.BmcCapability;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootDeviceControl;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;

/**
 * The BMC of one outlet. Its protocol is one datagram in each direction, with words in ASCII:
 *
 * <pre>
 *   ID USER PASSWORD OUTLET COMMAND…          ID ok WORD…  or  ID error WORD
 * </pre>
 *
 * <p>A request that is repeated with the same ID is executed once. {@code calls} allows one call at a time; {@code socket} is
 * the socket of the running call, which {@link #close} closes from any thread to end the call's wait.
 */
final class OutletBmc implements Bmc, BootDeviceControl, OutletCurrent {
    private static final int ANSWER_BYTES = 512;

    private final BmcAddress address;
    private final BmcCredentials credentials;
    private final BmcOptions options;
    private final Consumer<OutletBmc> forget;
    private final BmcCalls calls;
    private volatile DatagramSocket socket;

    OutletBmc(BmcAddress address, BmcCredentials credentials, BmcOptions options, Consumer<OutletBmc> forget) {
        this.address = address;
        this.credentials = credentials;
        this.options = options;
        this.forget = forget;
        this.calls = new BmcCalls("BMC " + address, options, System::nanoTime);
    }

    @Override
    public BmcAddress address() {
        return address;
    }

    /** Every capability interface that this class implements is available. */
    @Override
    public <C extends BmcCapability> Optional<C> capability(Class<C> type) {
        return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
    }

    @Override
    public ChassisPower readPower() throws InterruptedException {
        return ask("power", ChassisPower::valueOf);
    }

    @Override
    public void requestPower(PowerAction action) throws InterruptedException {
        ask("power " + action, done -> done);
    }

    @Override
    public BootOverride readBootOverride() throws InterruptedException {
        return ask("boot", text -> {
            String[] words = text.split(" ", 3);
            return new BootOverride(
                    BootDevice.valueOf(words[0]), BootPersistence.valueOf(words[1]), BootFirmware.valueOf(words[2]));
        });
    }

    @Override
    public void setBootOverride(BootOverride override) throws InterruptedException {
        ask("boot " + override.device() + " " + override.persistence() + " " + override.firmware(), done -> done);
    }

    @Override
    public int readMilliamperes() throws InterruptedException {
        return ask("current", Integer::valueOf);
    }

    @Override
    public void close() {
        calls.close();
        forget.accept(this);
        DatagramSocket current = socket;
        if (current != null) {
            current.close();
        }
    }

    /**
     * Sends a command again and again until the BMC answers or the time limit is over, and parses the text after {@code
     * ok}.
     */
    private <T> T ask(String command, Function<String, T> reader) throws InterruptedException {
        return calls.make(deadlineNanos -> ask(command, reader, deadlineNanos));
    }

    private <T> T ask(String command, Function<String, T> reader, long deadlineNanos) throws InterruptedException {
        try (DatagramSocket current = new DatagramSocket()) {
            socket = current;
            calls.requireOpen();
            String answer = answerTo(command, current, deadlineNanos);
            try {
                return reader.apply(meaning(command, answer));
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                throw failure(Reason.PROTOCOL, "it answered '" + answer + "' to '" + command + "'", e);
            }
        } catch (UnknownHostException e) {
            throw failure(Reason.UNREACHABLE, "its name does not resolve", e);
        } catch (IOException e) {
            // An interrupt closes the socket of a waiting virtual thread.
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted during a request to BMC " + address);
            }
            throw failure(Reason.UNREACHABLE, e.toString(), e);
        } finally {
            socket = null;
        }
    }

    private String answerTo(String command, DatagramSocket current, long deadlineNanos) throws IOException {
        String id = UUID.randomUUID().toString();
        String outlet = address.path().substring(1);
        String request = String.join(" ", id, credentials.username(), credentials.password(), outlet, command);
        byte[] bytes = request.getBytes(StandardCharsets.US_ASCII);
        InetSocketAddress where = new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
        do {
            current.send(new DatagramPacket(bytes, bytes.length, where));
            Optional<String> answer = answerWithinAnInterval(id, current);
            if (answer.isPresent()) {
                return answer.get();
            }
        } while (System.nanoTime() - deadlineNanos < 0);
        throw failure(Reason.UNREACHABLE, "no answer within " + options.commandTimeout(), null);
    }

    private Optional<String> answerWithinAnInterval(String id, DatagramSocket current) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[ANSWER_BYTES], ANSWER_BYTES);
        long end = System.nanoTime() + options.retryInterval().toNanos();
        while (end - System.nanoTime() > 0) {
            current.setSoTimeout(Math.max(1, (int) ((end - System.nanoTime()) / 1_000_000)));
            try {
                current.receive(packet);
            } catch (SocketTimeoutException e) {
                return Optional.empty();
            }
            String text = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
            if (text.startsWith(id + " ")) {
                return Optional.of(text.substring(id.length() + 1));
            }
        }
        return Optional.empty();
    }

    private String meaning(String command, String answer) {
        return switch (answer) {
            case "error user" -> throw failure(Reason.UNKNOWN_USER, "it does not know the user", null);
            case "error password" -> throw failure(Reason.WRONG_PASSWORD, "the password is wrong", null);
            case "error refused" -> throw failure(Reason.REJECTED, "it refused '" + command + "'", null);
            case "ok" -> "";
            default -> {
                if (!answer.startsWith("ok ")) {
                    throw failure(Reason.PROTOCOL, "it answered '" + answer + "' to '" + command + "'", null);
                }
                yield answer.substring("ok ".length());
            }
        };
    }

    private BmcException failure(Reason reason, String text, Throwable cause) {
        return new BmcException(reason, "BMC " + address + ": " + text, cause);
    }
}
