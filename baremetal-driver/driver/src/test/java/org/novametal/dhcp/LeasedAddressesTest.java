package org.novametal.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeasedAddressesTest {
    @TempDir
    Path folder;

    @Test
    void anAddressCountsWhileItsLeaseHolds() throws IOException {
        Path file = Files.writeString(folder.resolve("leases"), """
                2000 52:54:00:12:34:56 10.0.0.57 web1 *
                1000 52:54:00:12:34:57 10.0.0.58 * *
                """);
        LeasedAddresses leased = new LeasedAddresses(new LeaseFile(file), () -> Instant.ofEpochSecond(1500));

        assertThat(leased.test(InetAddress.ofLiteral("10.0.0.57"))).isTrue();
        assertThat(leased.test(InetAddress.ofLiteral("10.0.0.58"))).isFalse();
        assertThat(leased.test(InetAddress.ofLiteral("10.0.0.59"))).isFalse();
    }

    @Test
    void withoutAReadableFileNoAddressIsLeased() throws IOException {
        Path folderInPlaceOfAFile = Files.createDirectory(folder.resolve("leases"));

        assertThat(new LeasedAddresses(new LeaseFile(folderInPlaceOfAFile), Instant::now)
                        .test(InetAddress.ofLiteral("10.0.0.57")))
                .isFalse();
        assertThat(new LeasedAddresses(new LeaseFile(folder.resolve("absent")), Instant::now)
                        .test(InetAddress.ofLiteral("10.0.0.57")))
                .isFalse();
    }
}
