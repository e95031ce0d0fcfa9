package org.novametal.agent;

import java.time.Duration;

/**
 * The limits of calls to agents.
 *
 * @param connectTimeout how long a connection may take
 * @param answerTimeout how long an agent may take to answer a call that does not wait for a command
 * @param waitTimeout how long an agent may take to answer a call that waits for a command
 * @param maxAnswerBytes the maximum length of an answer
 */
public record AgentOptions(Duration connectTimeout, Duration answerTimeout, Duration waitTimeout, int maxAnswerBytes) {
    /** 10 s to connect, 60 s for an answer, 3 min when a call waits for a command, answers up to 16 MiB. */
    public static final AgentOptions DEFAULTS =
            new AgentOptions(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofMinutes(3), 16 << 20);

    /** Checks that every limit is positive. */
    public AgentOptions {
        if (!connectTimeout.isPositive()
                || !answerTimeout.isPositive()
                || !waitTimeout.isPositive()
                || maxAnswerBytes < 1) {
            throw new IllegalArgumentException("agent limits must be more than zero: " + connectTimeout + ", "
                    + answerTimeout + ", " + waitTimeout + ", " + maxAnswerBytes + " bytes");
        }
    }
}
