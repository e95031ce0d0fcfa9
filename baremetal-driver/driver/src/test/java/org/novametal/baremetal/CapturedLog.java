package org.novametal.baremetal;

import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** Logback's loggers, for tests that read what is logged. */
public final class LogbackLoggers {
    private LogbackLoggers() {}

    /** The logger of that name. While another test's thread initializes SLF4J, which gives others a substitute, this waits. */
    @SuppressWarnings("LockOnNonEnclosingClassLiteral") // SLF4J holds this lock while it initializes itself
    public static Logger of(String name) {
        synchronized (LoggerFactory.class) {
            return (Logger) LoggerFactory.getLogger(name);
        }
    }

    /** The logger of that class. */
    public static Logger of(Class<?> type) {
        return of(type.getName());
    }
}
