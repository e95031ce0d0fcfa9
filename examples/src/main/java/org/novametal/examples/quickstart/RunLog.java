package org.novametal.examples.quickstart;

import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/**
 * The log of a run, {@code quickstart.log} in its work folder. It must be created before anything logs. Source:
 * {@code quickstart-logback.xml}.
 */
final class RunLog implements AutoCloseable {
    RunLog(WorkFolder work) {
        System.setProperty("logback.configurationFile", "quickstart-logback.xml");
        System.setProperty("quickstart.log", work.file("quickstart.log", "").toString());
        // SQLite unpacks its native library here, so that it is removed with the folder.
        System.setProperty("org.sqlite.tmpdir", work.folder("native").toString());
    }

    @Override
    public void close() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }
}
