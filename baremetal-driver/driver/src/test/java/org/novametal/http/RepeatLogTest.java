package org.novametal.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RepeatLogTest {
    private final AtomicLong clock = new AtomicLong();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final RepeatLog log = new RepeatLog(logger(), clock::get);

    private Logger logger() {
        Logger logger = new LoggerContext().getLogger("repeats");
        lines.start();
        logger.addAppender(lines);
        return logger;
    }

    private List<String> logged() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void whatIsRepeatedIsLoggedOnceAMinuteWithItsNumber() {
        for (int second = 0; second < 130; second++) {
            for (int i = 0; i < 10; i++) {
                log.info("node-1", "lookup of node-1");
            }
            clock.addAndGet(1_000_000_000);
        }

        assertThat(logged())
                .containsExactly(
                        "lookup of node-1",
                        "lookup of node-1 (599 more since the line before)",
                        "lookup of node-1 (599 more since the line before)");
    }

    @Test
    void oneSubjectDoesNotHideTheLinesOfAnother() {
        for (int i = 0; i < 100; i++) {
            log.info("node-1", "lookup of node-1");
        }
        log.info("node-2", "lookup of node-2");

        assertThat(logged()).containsExactly("lookup of node-1", "lookup of node-2");
    }

    @Test
    void aSubjectThatIsStillUsedIsRememberedWhenManyOthersCome() {
        log.info("node-1", "lookup of node-1");
        for (int i = 0; i < 2 * RepeatLog.MAX_SUBJECTS; i++) {
            log.info("other-" + i, "x");
            log.info("node-1", "lookup of node-1");
        }

        assertThat(logged()).filteredOn("lookup of node-1"::equals).hasSize(1);
    }

    @Test
    void bracesInALineAreText() {
        log.info("node-1", "lookup {} by {}");

        assertThat(logged()).containsExactly("lookup {} by {}");
    }
}
