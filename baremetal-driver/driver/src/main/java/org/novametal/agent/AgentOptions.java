package org.novametal.agent;

import java.time.Duration;

/**
 * The limits of talking to agents.
 *
 * @param connectTimeout how long a connection may take
 * @param answerTimeout how long an agent may take to answer when nothing is waited for
 * @param waitTimeout how long an agent may take when a command is waited for
 * @param maxAnswerBytes the longest answer that is read
 */
public record AgentOptions(Duration connectTimeout, Duration answerTimeout, Duration waitTimeout, int maxAnswerBytes) {
    /** 10 s to connect, 60 s for an answer, 3 min when waiting, 16 MiB. */
    public static final AgentOptions DEFAULTS =
            new AgentOptions(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofMinutes(3), 16 << 20);

    /** Checks that every limit is more than nothing. */
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
