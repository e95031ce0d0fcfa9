package org.novametal.agent;

/** What became of a heartbeat. An agent tries again after every one but the first, for ever. */
public enum HeartbeatOutcome {
    /** Noted: 202. */
    ACCEPTED,
    /** There is no such node, or no agent is expected there: 404. */
    UNKNOWN_NODE,
    /** The token is not the node's: 401. */
    WRONG_TOKEN,
    /** The agent's URL is not the one that it had since its power-on: 400. */
    CALLBACK_CHANGED,
    /** The node is busy; the agent comes again in a few seconds: 409. */
    LOCKED
}
