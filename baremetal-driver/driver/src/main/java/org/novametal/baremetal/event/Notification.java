package org.novametal.baremetal.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One notification of something that happened to a node or port, with the names and the form of Ironic's versioned
 * notifications, so that a program made for those reads it. It contains no secret. Immutable.
 *
 * <p>As JSON, in this order:
 *
 * <pre>
 * {"message_id": UUID, "publisher_id": "nova-metal.HOST", "event_type": "baremetal.node.provision_set.start",
 *  "priority": "INFO",
 *  "payload": {"ironic_object.name": "NodeSetProvisionStatePayload", "ironic_object.namespace": "ironic",
 *              "ironic_object.version": "1.18", "ironic_object.data": {…}},
 *  "timestamp": "2026-11-30 03:51:47.057719"}
 * </pre>
 *
 * <p>Source: notifications of Ironic 39.0; Ironic {@code ironic/objects/notification.py}.
 *
 * @param messageId a random id
 * @param publisherId the program and the compute host
 * @param eventType {@code baremetal.OBJECT.ACTION.STATUS}
 * @param priority {@code ERROR} for a failure
 * @param payload what happened, and the object afterwards
 * @param timestamp when it happened
 */
public record Notification(
        UUID messageId, String publisherId, String eventType, Priority priority, Payload payload, Instant timestamp) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** In UTC, without a zone, as oslo.messaging writes it. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

    /** The priority of a notification. */
    public enum Priority {
        /** A start, an end or a success. */
        INFO,
        /** A failure. */
        ERROR
    }

    /**
     * The content of a notification: a versioned object.
     *
     * @param name the object's name
     * @param version the version of its fields
     * @param data its fields in order; values are null, texts, numbers, booleans, lists, and maps of these
     */
    public record Payload(String name, String version, Map<String, @Nullable Object> data) {
        /** Copies the fields. */
        public Payload {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(version, "version");
            data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
        }
    }

    /** Checks that no part is null. */
    public Notification {
        Objects.requireNonNull(messageId, "messageId");
        Objects.requireNonNull(publisherId, "publisherId");
        Objects.requireNonNull(eventType, "eventType");
        Objects.requireNonNull(priority, "priority");
        Objects.requireNonNull(payload, "payload");
        Objects.requireNonNull(timestamp, "timestamp");
    }

    /** This notification as one line of JSON, without a line break. */
    public String json() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("ironic_object.name", payload.name());
        object.put("ironic_object.namespace", "ironic");
        object.put("ironic_object.version", payload.version());
        object.put("ironic_object.data", payload.data());
        Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("message_id", messageId.toString());
        envelope.put("publisher_id", publisherId);
        envelope.put("event_type", eventType);
        envelope.put("priority", priority.name());
        envelope.put("payload", object);
        envelope.put("timestamp", TIME.format(timestamp));
        try {
            return JSON.writeValueAsString(envelope);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the fields of " + eventType + " are not of the kinds that JSON has", e);
        }
    }
}
