package org.novametal.baremetal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** What a logger of Logback, and those below it, log until this is closed; tests that run at the same time log to them too. */
public final class CapturedLog implements AutoCloseable {
    private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            events.add(event);
        }
    };
    private final Logger logger;

    private CapturedLog(Logger logger) {
        this.logger = logger;
        appender.start();
        logger.addAppender(appender);
    }

    /** Captures what the logger of that name logs at its level. */
    public static CapturedLog of(String name) {
        return new CapturedLog(logger(name));
    }

    /** Captures what the logger of that class logs at its level. */
    public static CapturedLog of(Class<?> type) {
        return of(type.getName());
    }

    /** Captures all that the project logs, at every level. */
    static CapturedLog ofAll() {
        CapturedLog log = of("org.novametal");
        log.logger.setLevel(Level.TRACE);
        return log;
    }

    /** While another test's thread initializes SLF4J, which gives others a substitute, this waits. */
    @SuppressWarnings("LockOnNonEnclosingClassLiteral") // SLF4J holds this lock while it initializes itself
    private static Logger logger(String name) {
        synchronized (LoggerFactory.class) {
            return (Logger) LoggerFactory.getLogger(name);
        }
    }

    /** What was logged, oldest first. */
    public List<ILoggingEvent> events() {
        return List.copyOf(events);
    }

    /** The messages that were logged, oldest first. */
    public List<String> messages() {
        return events().stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    /** Stops, and gives the logger its inherited level again. */
    @Override
    public void close() {
        logger.detachAppender(appender);
        logger.setLevel(null);
    }
}
