package org.novametal.examples.quickstart;

import java.util.ArrayDeque;
import java.util.Deque;
import org.novametal.text.ForeignText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The resources to close, in reverse order, at the end of a run: the run itself closes them, or the JVM's shutdown when
 * a signal ends the run first. A resource that is added after the end has begun is closed at once.
 */
final class Cleanup implements AutoCloseable {
    private final Deque<Item> items = new ArrayDeque<>();
    private boolean ended;

    private record Item(String name, AutoCloseable resource) {}

    /** Adds a resource and returns it. */
    <T extends AutoCloseable> T add(String name, T resource) {
        synchronized (this) {
            if (!ended) {
                items.push(new Item(name, resource));
                return resource;
            }
        }
        close(new Item(name, resource));
        throw new IllegalStateException("the run is ending");
    }

    /** Closes all resources. A second caller waits for the first. */
    @Override
    public synchronized void close() {
        ended = true;
        while (!items.isEmpty()) {
            close(items.pop());
        }
    }

    private static void close(Item item) {
        try {
            item.resource().close();
        } catch (Exception e) {
            logger().error("cannot clean up {}", item.name(), e);
            System.err.println("quickstart: cannot clean up " + item.name() + ": " + ForeignText.message(e.toString()));
        }
    }

    /** Creates the logger as late as possible: the log file is not known before the work folder exists. */
    private static Logger logger() {
        return LoggerFactory.getLogger(Cleanup.class);
    }
}
