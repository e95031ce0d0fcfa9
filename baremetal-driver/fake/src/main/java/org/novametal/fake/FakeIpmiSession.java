package org.novametal.fake;

import java.net.SocketAddress;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.CipherSuite;
import org.novametal.bmc.ipmi.codec.OpenSessionRequest;
import org.novametal.bmc.ipmi.codec.PrivilegeLevel;
import org.novametal.bmc.ipmi.codec.RakpTranscript;
import org.novametal.bmc.ipmi.codec.SequenceWindow;
import org.novametal.bmc.ipmi.codec.SessionSeal;

/** One session in a {@link FakeIpmiBmc}'s table, which owns it. */
final class FakeIpmiSession {
    /** The stage of the session's set-up. */
    sealed interface Stage {
        /** Open Session was answered. */
        record Opened() implements Stage {}

        /** RAKP 1 was answered. */
        record Identified(Bytes request, Bytes answer, RakpTranscript transcript, OddSeal oddSeal, PrivilegeLevel limit)
                implements Stage {}

        /** RAKP 3 was answered: commands are accepted. */
        record Active(Bytes request, Bytes answer, SessionSeal seal, OddSeal oddSeal, PrivilegeLevel limit)
                implements Stage {}
    }

    final SocketAddress console;
    final OpenSessionRequest request;
    final CipherSuite suite;
    final int bmcSessionId;
    final SequenceWindow inbound = new SequenceWindow();
    private Stage stage = new Stage.Opened();
    private PrivilegeLevel privilege = PrivilegeLevel.USER;
    private long receivedAtNanos;
    private int outbound;

    FakeIpmiSession(
            SocketAddress console, OpenSessionRequest request, CipherSuite suite, int bmcSessionId, long nowNanos) {
        this.console = console;
        this.request = request;
        this.suite = suite;
        this.bmcSessionId = bmcSessionId;
        this.receivedAtNanos = nowNanos;
    }

    Stage stage() {
        return stage;
    }

    void enter(Stage next) {
        stage = next;
    }

    PrivilegeLevel privilege() {
        return privilege;
    }

    void setPrivilege(PrivilegeLevel level) {
        privilege = level;
    }

    void receivedAt(long nowNanos) {
        receivedAtNanos = nowNanos;
    }

    long silentNanos(long nowNanos) {
        return nowNanos - receivedAtNanos;
    }

    int nextOutbound(FakeFaults faults) {
        if (outbound == 0 && faults.has(FakeFault.NUMBERS_FROM_THOUSAND)) {
            outbound = 999;
        }
        if (outbound == 0 || !faults.has(FakeFault.STANDING_NUMBERS)) {
            outbound = SequenceWindow.after(outbound);
        }
        return outbound;
    }
}
