package org.novametal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.novametal.http.FileTransfers.Running;
import org.novametal.http.HttpOptions.TransferLimits;

class FileTransfersTest {
    private static final InetAddress KNOWN = InetAddress.ofLiteral("10.0.0.1");
    private static final InetAddress STRANGER = InetAddress.ofLiteral("10.0.0.2");
    private static final InetAddress OTHER = InetAddress.ofLiteral("10.0.0.3");
    private static final TransferLimits LIMITS = new TransferLimits(3, 2, 1000, Duration.ofSeconds(10), 1);

    private final List<String> cut = new ArrayList<>();
    private long nanos;
    private final FileTransfers transfers = new FileTransfers(LIMITS, KNOWN::equals, () -> nanos);

    private Optional<Running> admit(InetAddress address, String name) {
        return transfers.admit(address, () -> cut.add(name));
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void anAddressAtItsLimitComesAgainWhileItsTransfersProceed() {
        admit(STRANGER, "a");
        Running second = admit(STRANGER, "b").orElseThrow();

        assertThat(admit(STRANGER, "c")).isEmpty();
        second.end();
        assertThat(admit(STRANGER, "d")).isPresent();
        assertThat(cut).isEmpty();
    }

    @Test
    void aStalledTransferOfTheAddressIsReplaced() {
        admit(STRANGER, "a");
        Running second = admit(STRANGER, "b").orElseThrow();
        pass(Duration.ofSeconds(1));
        second.progress(1);

        assertThat(admit(STRANGER, "c")).isPresent();
        assertThat(cut).containsExactly("a");
    }

    @Test
    void atTheLimitInAllAKnownClientReplacesAStranger() {
        admit(STRANGER, "a");
        admit(STRANGER, "b");
        admit(OTHER, "c");

        assertThat(admit(OTHER, "d")).isEmpty();
        assertThat(admit(KNOWN, "e")).isPresent();
        assertThat(cut).hasSize(1);
    }

    @Test
    void aKnownClientIsReplacedByNobody() {
        admit(KNOWN, "a");
        admit(KNOWN, "b");
        Running stranger = admit(STRANGER, "c").orElseThrow();
        pass(Duration.ofSeconds(5));
        stranger.progress(1);

        assertThat(admit(OTHER, "d")).isEmpty();
        assertThat(cut).isEmpty();
    }

    @Test
    void aTransferBelowTheLeastRateIsCutAndAFasterOneIsNot() {
        Running slow = admit(STRANGER, "slow").orElseThrow();
        Running fast = admit(KNOWN, "fast").orElseThrow();
        for (int i = 0; i < 3; i++) {
            pass(Duration.ofSeconds(10));
            slow.progress(9_999);
            fast.progress(10_000);
            transfers.cutSlow();
        }

        assertThat(cut).containsOnly("slow");
    }

    @Test
    void buffersAreUsedAgain() {
        Running first = admit(STRANGER, "a").orElseThrow();
        ByteBuffer buffer = first.buffer();
        first.end();

        assertThat(admit(OTHER, "b").orElseThrow().buffer()).isSameAs(buffer);
    }
}
