package org.novametal.bmc.ipmi.session;

import org.novametal.bmc.BmcException;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.CipherSuite;
import org.novametal.bmc.ipmi.codec.IpmiRequest;
import org.novametal.bmc.ipmi.codec.OpenSessionRequest;
import org.novametal.bmc.ipmi.codec.Rakp1;
import org.novametal.bmc.ipmi.codec.Rakp3;
import org.novametal.bmc.ipmi.codec.RakpTranscript;

/**
 * The state of a {@link SessionOpening}.
 *
 * <pre>
 *  Discovering ──► Proposing ──► Identifying ──► Proving ──► RaisingPrivilege ──► Opened
 *                   │  ▲   │          │             │              │
 *       suite       │  │   └──────────┴──┬──────────┴──────────────┴─── refused ──► Refused
 *       refused, or ▼  │                 │ no session free
 *       no answer   Listing              ▼
 *                   suites           BackingOff ──► Discovering
 * </pre>
 *
 * <p>Each record contains the last request sent, so that its answer is recognised.
 */
sealed interface OpeningState {
    /** The current request, for messages. */
    String doing();

    /** Nothing was sent. */
    record NotBegun() implements OpeningState {
        @Override
        public String doing() {
            return "nothing";
        }
    }

    /** Get Channel Authentication Capabilities was sent. */
    record Discovering(IpmiRequest request) implements OpeningState {
        @Override
        public String doing() {
            return "Get Channel Authentication Capabilities";
        }
    }

    /** Get Channel Cipher Suites was sent for the next piece of the list. */
    record ListingSuites(IpmiRequest request, Bytes soFar, SuiteQuestion question) implements OpeningState {
        @Override
        public String doing() {
            return "Get Channel Cipher Suites";
        }
    }

    /** Why the list of cipher suites was requested. */
    sealed interface SuiteQuestion {
        /** All suites of this client were refused, the last one with that status. */
        record AllRefused(int status) implements SuiteQuestion {}

        /** The BMC did not answer the proposal of that suite: some BMCs do not answer on unknown algorithms. */
        record NoAnswerTo(CipherSuite suite) implements SuiteQuestion {}
    }

    /** Open Session Request was sent. */
    record Proposing(OpenSessionRequest request, CipherSuite suite) implements OpeningState {
        @Override
        public String doing() {
            return "Open Session with cipher suite " + suite.id();
        }
    }

    /** RAKP 1 was sent. */
    record Identifying(Rakp1 request, int consoleSessionId, CipherSuite suite) implements OpeningState {
        @Override
        public String doing() {
            return "RAKP 1";
        }
    }

    /**
     * A RAKP 1 and its answer.
     *
     * @param tries how often RAKP 1 was sent: after more than once, the BMC may hold another random number than the one in the
     *     answer that arrived
     * @param bmcRandom the random number in the answer
     */
    record Identified(Rakp1 first, int tries, int consoleSessionId, CipherSuite suite, Bytes bmcRandom) {}

    /** RAKP 3 was sent in answer to this RAKP 2. */
    record Proving(Rakp3 request, Identified identified, RakpTranscript transcript) implements OpeningState {
        int consoleSessionId() {
            return identified.consoleSessionId();
        }

        CipherSuite suite() {
            return identified.suite();
        }

        @Override
        public String doing() {
            return "RAKP 3";
        }
    }

    /** A session is open, and its privilege level was requested. */
    record RaisingPrivilege(SecureChannel channel, IpmiRequest request, CipherSuite suite) implements OpeningState {
        @Override
        public String doing() {
            return "Set Session Privilege Level";
        }
    }

    /** The BMC has no free session; after a pause the opening starts again. */
    record BackingOff(BmcException refusal) implements OpeningState {
        @Override
        public String doing() {
            return "nothing";
        }
    }

    /** The session is open at the requested privilege level. */
    record Opened(SecureChannel channel, CipherSuite suite) implements OpeningState {
        @Override
        public String doing() {
            return "nothing";
        }
    }

    /** The session could not be opened. */
    record Refused(BmcException failure) implements OpeningState {
        @Override
        public String doing() {
            return "nothing";
        }
    }
}
