package org.novametal.bmc.ipmi.session;

import org.novametal.bmc.ipmi.codec.CipherSuite;
import org.novametal.bmc.ipmi.codec.IpmiRequest;
import org.novametal.bmc.ipmi.codec.OpenSessionRequest;
import org.novametal.bmc.ipmi.codec.Rakp1;
import org.novametal.bmc.ipmi.codec.Rakp3;
import org.novametal.bmc.ipmi.codec.RakpTranscript;

/**
 * Where an {@link IpmiSession} stands.
 *
 * <pre>
 *  NoSession ──request──► Discovering ─► Opening ─► Identifying ─► Proving ─► RaisingPrivilege ─► Calling ─► Idle
 *      ▲                                 │    ▲ next                                               ▲           │
 *      │                                 └────┘ suite                                              └──request──┤
 *      └── answered, or deadline ───────────────────────────────────────────── Closing ◄────────────close──────┘
 * </pre>
 *
 * <p>The record holds what was sent last, so that it can be sent again and its answer told from others.
 */
sealed interface SessionState {
    /** What the BMC is being asked, for messages. */
    String doing();

    /** No session, and none wanted. */
    record NoSession() implements SessionState {
        @Override
        public String doing() {
            return "nothing";
        }
    }

    /** Get Channel Authentication Capabilities was sent. */
    record Discovering(IpmiRequest request) implements SessionState {
        @Override
        public String doing() {
            return "Get Channel Authentication Capabilities";
        }
    }

    /** Open Session Request was sent. */
    record Opening(OpenSessionRequest request, CipherSuite suite) implements SessionState {
        @Override
        public String doing() {
            return "Open Session with cipher suite " + suite.id();
        }
    }

    /** RAKP 1 was sent. */
    record Identifying(Rakp1 request, int consoleSessionId, CipherSuite suite) implements SessionState {
        @Override
        public String doing() {
            return "RAKP 1";
        }
    }

    /** RAKP 3 was sent. */
    record Proving(Rakp3 request, int consoleSessionId, RakpTranscript transcript, CipherSuite suite)
            implements SessionState {
        @Override
        public String doing() {
            return "RAKP 3";
        }
    }

    /** A session is open, and its privilege level was asked for. */
    record RaisingPrivilege(SecureChannel channel, IpmiRequest request) implements SessionState {
        @Override
        public String doing() {
            return "Set Session Privilege Level";
        }
    }

    /** A session is open, and the caller's request was sent. */
    record Calling(SecureChannel channel, IpmiRequest request) implements SessionState {
        @Override
        public String doing() {
            return String.format(
                    "command 0x%02x of network function 0x%02x", request.command(), request.networkFunction());
        }
    }

    /** A session is open, and nothing is asked. */
    record Idle(SecureChannel channel) implements SessionState {
        @Override
        public String doing() {
            return "nothing";
        }
    }

    /** Close Session was sent. */
    record Closing(SecureChannel channel, IpmiRequest request) implements SessionState {
        @Override
        public String doing() {
            return "Close Session";
        }
    }
}
