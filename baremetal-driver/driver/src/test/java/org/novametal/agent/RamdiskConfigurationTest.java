package org.novametal.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RamdiskConfigurationTest {
    private static final String PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    private static final byte[] ARCHIVE = RamdiskConfiguration.archive(URI.create("https://10.0.0.1:6385/"), PEM);

    /** Golden vector: {@code echo etc | cpio -o -H newc -R 0:0}, with inode 1, one link and no time. */
    @Test
    void anEntryIsOneOfTheFormatNewc() {
        assertThat(new String(ARCHIVE, 0, 116, StandardCharsets.US_ASCII))
                .isEqualTo("070701" + "00000001" + "000041ED" + "00000000" + "00000000" + "00000001" + "00000000"
                        + "00000000" + "00000000" + "00000000" + "00000000" + "00000000" + "00000004" + "00000000"
                        + "etc\0" + "\0\0");
    }

    @Test
    void itsLengthLetsACompressedRamdiskFollow() {
        assertThat(ARCHIVE.length % 512).isZero();
        assertThat(new String(ARCHIVE, StandardCharsets.US_ASCII)).contains("TRAILER!!!\0");
    }

    @Test
    void theAgentVerifiesTheApiByTheCasOfTheArchive() {
        assertThat(new String(ARCHIVE, StandardCharsets.US_ASCII))
                .contains("etc/ironic-python-agent.d/zz-nova-metal.conf\0")
                .contains("""
                        [DEFAULT]
                        api_url = https://10.0.0.1:6385
                        cafile = /etc/ironic-python-agent.d/zz-nova-metal.pem
                        insecure = false
                        """)
                .contains("etc/ironic-python-agent.d/zz-nova-metal.pem\0")
                .contains(PEM);
    }
}
