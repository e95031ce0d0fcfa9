package org.novametal.agent;

/** How a heartbeat was answered. An agent repeats its heartbeat, without limit, until it is accepted. */
public enum HeartbeatOutcome {
    /** The heartbeat was accepted: 202. */
    ACCEPTED,
    /** There is no such node, or no agent is expected there: 404. */
    UNKNOWN_NODE,
    /** The token is not the node's: 401. */
    WRONG_TOKEN,
    /** The agent's URL has changed since its power-on: 400. */
    CALLBACK_CHANGED,
    /** The node is busy; the agent tries again in a few seconds: 409. */
    LOCKED
}
