package org.novametal.baremetal.event;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.novametal.baremetal.CapturedLog;
import org.novametal.baremetal.event.Notification.Payload;
import org.novametal.baremetal.event.Notification.Priority;
import org.novametal.baremetal.store.StoreFixture;

class NotificationsTest {
    private static final Payload PAYLOAD = new Payload("NodePayload", "1.17", Map.of());

    private final CapturedLog log = CapturedLog.of(ListenerQueue.class);

    @AfterEach
    void stop() {
        log.close();
    }

    private static Notifications of(NotificationListener... listeners) {
        return new Notifications("compute-0", InstantSource.fixed(StoreFixture.NOW), List.of(listeners));
    }

    private static void send(Notifications notifications, String type) {
        notifications.send(type, Priority.INFO, () -> PAYLOAD);
    }

    private List<String> messages(Level level) {
        return log.events().stream()
                .filter(event -> event.getLevel() == level)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void withoutListenersNoPayloadIsMade() {
        try (Notifications nobody = of()) {
            nobody.send("type", Priority.INFO, () -> {
                throw new AssertionError("made for nobody");
            });

            assertThat(nobody.isWanted()).isFalse();
        }
    }

    @Test
    void aListenerThatBlocksDelaysNeitherTheSenderNorAnother() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Semaphore got = new Semaphore(0);
        NotificationListener blocked = _ -> never.await();
        try (Notifications notifications = of(blocked, _ -> got.release())) {
            for (int i = 0; i < Notifications.QUEUE + 50; i++) {
                send(notifications, "type");
                // The other listener keeps up.
                assertThat(got.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            }

            assertThat(messages(Level.WARN)).hasSize(1).first().asString().contains("too slow");
            never.countDown();
        }
    }

    @Test
    void aListenerThatFailsIsLoggedOnceAndCountedWhenItReceivesAgain() {
        int failures = 5;
        int[] calls = {0};
        NotificationListener failing = _ -> {
            if (++calls[0] <= failures) {
                throw new IOException("No space left on device");
            }
        };
        try (Notifications notifications = of(failing)) {
            for (int i = 0; i <= failures; i++) {
                send(notifications, "type");
            }
        }

        assertThat(messages(Level.WARN)).hasSize(1).first().asString().contains("No space left on device");
        assertThat(messages(Level.INFO)).hasSize(1).first().asString().contains("5 were dropped");
    }

    @Test
    void theWaitingNotificationsAreDeliveredInOrderBeforeTheListenerIsClosed() {
        ReceivedNotifications received = new ReceivedNotifications();
        try (Notifications notifications = of(received)) {
            List.of("a", "b", "c").forEach(type -> send(notifications, type));
        }

        assertThat(received.types()).containsExactly("a", "b", "c");
    }
}
