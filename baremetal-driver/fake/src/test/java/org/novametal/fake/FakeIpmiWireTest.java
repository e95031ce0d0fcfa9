package org.novametal.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.fake.FakeIpmiWire.Datagram;
import org.novametal.fake.FakeIpmiWire.Direction;

/** What each fault of the network does to a row of datagrams. */
class FakeIpmiWireTest {
    private static final long SEED = 5;
    private static final SocketAddress CONSOLE = InetSocketAddress.createUnresolved("console", 1);

    @Test
    void aSoundNetworkPassesAll() {
        assertThat(pass(Direction.TO_BMC, FakeFaults.NONE, 3)).containsExactly(0, 1, 2);
    }

    @Test
    void someAreDropped() {
        assertThat(pass(Direction.TO_BMC, FakeFaults.of(FakeFault.DROP), 1000))
                .as("seed " + SEED)
                .hasSizeBetween(750, 850)
                .doesNotHaveDuplicates();
    }

    @Test
    void someComeTwice() {
        assertThat(pass(Direction.TO_BMC, FakeFaults.of(FakeFault.DUPLICATE), 2))
                .containsExactly(0, 0, 1, 1);
    }

    @Test
    void oneWaitsForTheNext() {
        assertThat(pass(Direction.TO_CONSOLE, FakeFaults.NONE.with(FakeFault.REORDER, 100), 5))
                .containsExactly(1, 0, 3, 2);
    }

    @Test
    void anOldAnswerComesBeforeTheNewOne() {
        FakeFaults faults = FakeFaults.of(FakeFault.OLD_ANSWER);
        assertThat(pass(Direction.TO_CONSOLE, faults, 3)).containsExactly(0, 0, 1, 1, 2);
        assertThat(pass(Direction.TO_BMC, faults, 3)).containsExactly(0, 1, 2);
    }

    @Test
    void oneByteIsWrong() {
        Bytes sent = Bytes.of(1, 2, 3, 4);
        FakeIpmiWire wire = new FakeIpmiWire(Direction.TO_BMC, new Random(SEED));
        for (int round = 0; round < 100; round++) {
            Bytes came = wire.pass(FakeFaults.NONE.with(FakeFault.CORRUPT, 100), new Datagram(CONSOLE, sent))
                    .getFirst()
                    .content();
            int different = 0;
            for (int i = 0; i < sent.length(); i++) {
                different += came.at(i) == sent.at(i) ? 0 : 1;
            }
            assertThat(came.length()).isEqualTo(sent.length());
            assertThat(different).as("seed " + SEED).isOne();
        }
    }

    @Test
    void theEndIsMissing() {
        Bytes sent = Bytes.of(1, 2, 3, 4);
        FakeIpmiWire wire = new FakeIpmiWire(Direction.TO_BMC, new Random(SEED));
        for (int round = 0; round < 100; round++) {
            Bytes came = wire.pass(FakeFaults.NONE.with(FakeFault.TRUNCATE, 100), new Datagram(CONSOLE, sent))
                    .getFirst()
                    .content();
            assertThat(came.length()).as("seed " + SEED).isLessThan(sent.length());
            assertThat(came).isEqualTo(sent.slice(0, came.length()));
        }
    }

    private static List<Integer> pass(Direction direction, FakeFaults faults, int count) {
        FakeIpmiWire wire = new FakeIpmiWire(direction, new Random(SEED));
        List<Integer> arrived = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            for (Datagram datagram : wire.pass(faults, new Datagram(CONSOLE, Bytes.of(i >> 8, i)))) {
                arrived.add(datagram.content().at(0) << 8 | datagram.content().at(1));
            }
        }
        return arrived;
    }
}
