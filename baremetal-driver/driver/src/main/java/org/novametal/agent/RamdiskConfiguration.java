package org.novametal.agent;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A further initial ramdisk that makes an agent use the agent API over TLS: a configuration file of the agent, and the CAs
 * that it trusts. It holds no secret.
 *
 * <p>It is a cpio archive in the format {@code newc}, not compressed; the kernel unpacks it beside the deploy ramdisk. Its
 * length is a multiple of 512 bytes, so that it can precede a compressed ramdisk: the kernel requires that an archive begins at
 * a multiple of four, and the EFI stub joins ramdisks without a gap.
 *
 * <pre>
 * /etc/ironic-python-agent.d/zz-nova-metal.conf   api_url, cafile, insecure = false
 * /etc/ironic-python-agent.d/zz-nova-metal.pem    the CAs
 * </pre>
 *
 * The agent reads the files of that folder in the order of their names, and the last value wins: the name is the last one, so
 * that a file of the ramdisk cannot switch the verification off.
 *
 * <p>Source: Linux, {@code Documentation/driver-api/early-userspace/buffer-format.rst}; Ironic Python Agent, {@code
 * ironic_python_agent/config.py} for the options, oslo.config for {@code --config-dir}.
 */
public final class RamdiskConfiguration {
    private static final String FOLDER = "etc/ironic-python-agent.d";
    private static final String CONFIGURATION = FOLDER + "/zz-nova-metal.conf";
    private static final String AUTHORITIES = FOLDER + "/zz-nova-metal.pem";

    private static final int IS_FOLDER = 0040755;
    private static final int IS_FILE = 0100644;
    private static final int BLOCK = 512;
    private static final int ALIGNMENT = 4;

    private RamdiskConfiguration() {}

    /**
     * The archive.
     *
     * @param api the URL of the agent API
     * @param authoritiesPem the certificates of the CAs that the agent trusts, in PEM
     */
    public static byte[] archive(URI api, String authoritiesPem) {
        String url = api.toString();
        Archive archive = new Archive();
        archive.add("etc", IS_FOLDER, "");
        archive.add(FOLDER, IS_FOLDER, "");
        archive.add(CONFIGURATION, IS_FILE, """
                [DEFAULT]
                api_url = %s
                cafile = /%s
                insecure = false
                """.formatted(
                        url.endsWith("/") ? url.substring(0, url.length() - 1) : url, AUTHORITIES));
        archive.add(AUTHORITIES, IS_FILE, authoritiesPem);
        return archive.end();
    }

    /**
     * Writes the format {@code newc}. Each entry:
     *
     * <pre>
     * "070701", then 13 numbers of eight hexadecimal digits: inode, mode, user, group, links, time, size, device (2),
     * special device (2), length of the name with its NUL, checksum (0)
     * the name and NUL, padded to a multiple of four
     * the content, padded to a multiple of four
     * </pre>
     */
    private static final class Archive {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int entries;

        void add(String name, int mode, String content) {
            byte[] data = content.getBytes(StandardCharsets.UTF_8);
            entries++;
            int[] numbers = {entries, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length() + 1, 0};
            StringBuilder header = new StringBuilder("070701");
            for (int number : numbers) {
                header.append(String.format(Locale.ROOT, "%08X", number));
            }
            bytes.writeBytes(header.append(name).append('\0').toString().getBytes(StandardCharsets.US_ASCII));
            pad(ALIGNMENT);
            bytes.writeBytes(data);
            pad(ALIGNMENT);
        }

        byte[] end() {
            add("TRAILER!!!", 0, "");
            pad(BLOCK);
            return bytes.toByteArray();
        }

        private void pad(int multiple) {
            while (bytes.size() % multiple != 0) {
                bytes.write(0);
            }
        }
    }
}
