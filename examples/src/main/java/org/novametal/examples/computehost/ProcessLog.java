package org.novametal.examples.computehost;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import org.novametal.examples.computehost.HostOptions.LogFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of the process on its standard output: INFO and above, or the level in the variable {@code NOVA_METAL_LOG}. */
final class ProcessLog {
    private ProcessLog() {}

    /** Replaces the configuration of the log. Called once, at the start. */
    static void start(LogFormat format) {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        context.reset();
        ConsoleAppender<ILoggingEvent> out = new ConsoleAppender<>();
        out.setContext(context);
        out.setTarget("System.out");
        out.setEncoder(encoder(context, format));
        out.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(out);
        root.setLevel(Level.WARN);
        context.getLogger("org.novametal").setLevel(Level.toLevel(System.getenv("NOVA_METAL_LOG"), Level.INFO));
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, LogFormat format) {
        return switch (format) {
            case TEXT -> {
                PatternLayoutEncoder text = new PatternLayoutEncoder();
                text.setContext(context);
                text.setPattern("%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level %logger{0} [%mdc]: %msg%n");
                text.start();
                yield text;
            }
            case JSON -> {
                JsonEncoder json = new JsonEncoder();
                json.setContext(context);
                json.start();
                yield json;
            }
        };
    }
}
