package org.novametal.dhcp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.novametal.text.IoFailure;

/** The file that a dnsmasq writes its log to. A file that became shorter was replaced and is read from its beginning. */
final class DnsmasqLogFile implements DnsmasqLog {
    /** How much is read at a time. */
    private static final int MAX_BYTES = 1 << 20;

    private final Path file;

    DnsmasqLogFile(Path file) {
        this.file = file;
    }

    @Override
    public long end() {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            // dnsmasq creates it with its first line.
            return 0;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public Part since(long position) {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            long begin = channel.size() < position ? 0 : position;
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(MAX_BYTES, channel.size() - begin));
            channel.position(begin);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // Reads on until the buffer is full or the file ends.
            }
            int complete = bytes.position();
            while (complete > 0 && bytes.get(complete - 1) != '\n') {
                complete--;
            }
            if (complete == 0 && bytes.position() == MAX_BYTES) {
                // No line of dnsmasq is that long: whatever it is, it is passed over.
                return new Part(List.of(), begin + MAX_BYTES);
            }
            String text = new String(bytes.array(), 0, complete, StandardCharsets.UTF_8);
            return new Part(text.lines().toList(), begin + complete);
        } catch (NoSuchFileException e) {
            return new Part(List.of(), 0);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private DhcpException unreadable(IOException e) {
        return new DhcpException(
                "the log of dnsmasq, " + file + ", cannot be read: " + IoFailure.reason(e)
                        + "; let this program read it, or choose another file with dhcp_log_file",
                e);
    }
}
