package org.novametal.baremetal.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps the notifications that it receives, as JSON. */
final class ReceivedNotifications implements NotificationListener {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<JsonNode> all = new CopyOnWriteArrayList<>();

    @Override
    public void receive(Notification notification) {
        try {
            all.add(JSON.readTree(notification.json()));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    List<JsonNode> all() {
        return all;
    }

    List<String> types() {
        return all.stream().map(one -> one.get("event_type").textValue()).toList();
    }

    /** The fields of the object of the first notification of a type. */
    JsonNode data(String type) {
        return all.stream()
                .filter(one -> one.get("event_type").textValue().equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no " + type + " in " + types()))
                .get("payload")
                .get("ironic_object.data");
    }
}
