package org.novametal.baremetal.event;

import java.io.IOException;

/**
 * A receiver of notifications, such as a connection to a message bus. Found as a service of this type by {@link
 * java.util.ServiceLoader} (a public constructor without parameters), or given to {@code BareMetalDriver.builder()}.
 *
 * <p>Each listener has a queue and a thread, which calls it for one notification at a time, in the order in which things
 * happened. No operation waits for it: when 10,000 notifications wait, further ones are dropped, and that
 * is logged. Notifications that have not been delivered when the process ends are lost.
 */
public interface NotificationListener extends AutoCloseable {
    /**
     * Receives a notification. May block; the next one is passed when this has returned.
     *
     * @throws IOException when it could not be delivered; this is logged at the first failure in a row, and the notification is
     *     not repeated. The same holds for an unchecked exception
     * @throws InterruptedException when the driver is closed meanwhile
     */
    void receive(Notification notification) throws IOException, InterruptedException;

    /** Called once, after the last notification. */
    @Override
    default void close() throws IOException {}
}
