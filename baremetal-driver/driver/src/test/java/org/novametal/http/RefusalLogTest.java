package org.novametal.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RefusalLogTest {
    private final AtomicLong clock = new AtomicLong();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final RefusalLog log = new RefusalLog(logger(), clock::get);

    private Logger logger() {
        Logger logger = new LoggerContext().getLogger("refusals");
        lines.start();
        logger.addAppender(lines);
        return logger;
    }

    @Test
    void aSecondHasALimitOfLinesAndTheNextOneSaysHowManyWereOmitted() {
        for (int i = 0; i < 500; i++) {
            log.warn("refused {}", i);
        }
        assertThat(lines.list).hasSize(RefusalLog.LINES_PER_SECOND);

        clock.addAndGet(1_000_000_000);
        log.warn("refused {}", 500);
        log.warn("refused {}", 501);

        assertThat(lines.list.subList(RefusalLog.LINES_PER_SECOND, lines.list.size()))
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "490 warnings before this one were not logged, because there were too many",
                        "refused 500",
                        "refused 501");
    }

    @Test
    void aRareWarningComesOnceAMinute() {
        RefusalLog rare = RefusalLog.rare(logger(), clock::get);
        for (int second = 0; second < 130; second++) {
            rare.warn("full");
            clock.addAndGet(1_000_000_000);
        }

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "full",
                        "59 warnings before this one were not logged, because there were too many",
                        "full",
                        "59 warnings before this one were not logged, because there were too many",
                        "full");
    }
}
