package org.novametal.bmc.redfish;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.novametal.bmc.BmcException.Reason;

/**
 * Maps a service's refusals to a {@link Reason}. An identifier of the Base registry (DSP8011) in the service's messages
 * decides if it is more specific than the HTTP status; the message texts are only for people.
 */
final class RedfishRefusals {
    private static final int LONGEST_TEXT = 600;

    private static final Map<String, Reason> BY_MESSAGE = Map.ofEntries(
            Map.entry("SessionLimitExceeded", Reason.NO_FREE_SESSION),
            Map.entry("AccountForSessionNoLongerExists", Reason.UNKNOWN_USER),
            Map.entry("AccountRemoved", Reason.UNKNOWN_USER),
            Map.entry("InsufficientPrivilege", Reason.PRIVILEGE_TOO_LOW),
            Map.entry("PasswordChangeRequired", Reason.PRIVILEGE_TOO_LOW),
            Map.entry("ActionNotSupported", Reason.UNSUPPORTED),
            Map.entry("OperationNotAllowed", Reason.UNSUPPORTED),
            Map.entry("PropertyNotWritable", Reason.UNSUPPORTED),
            Map.entry("ActionParameterValueNotInList", Reason.UNSUPPORTED),
            Map.entry("ResourceInUse", Reason.BUSY),
            Map.entry("ResourceInStandby", Reason.BUSY),
            Map.entry("ResourceExhaustion", Reason.BUSY),
            Map.entry("ServiceTemporarilyUnavailable", Reason.BUSY),
            Map.entry("ServiceInUnknownState", Reason.BUSY),
            Map.entry("ServiceShuttingDown", Reason.BUSY));

    private RedfishRefusals() {}

    /** The reason for an answer that is not a success. */
    static Reason reason(RedfishAnswer answer) {
        return messages(answer.body()).stream()
                .map(RedfishRefusals::identifier)
                .filter(BY_MESSAGE::containsKey)
                .findFirst()
                .map(BY_MESSAGE::get)
                .orElseGet(() -> byStatus(answer.status()));
    }

    private static Reason byStatus(int status) {
        return switch (status) {
            // Redfish does not tell whether the user or the password is wrong, so that names cannot be tried out.
            case 401 -> Reason.WRONG_PASSWORD;
            case 403 -> Reason.PRIVILEGE_TOO_LOW;
            case 405, 501 -> Reason.UNSUPPORTED;
            case 409, 412, 423, 425, 429 -> Reason.BUSY;
            default -> {
                if (status >= 500) {
                    yield Reason.BUSY;
                }
                yield status >= 400 ? Reason.REJECTED : Reason.PROTOCOL;
            }
        };
    }

    /** Whether the answer contains messages. */
    static boolean hasMessages(RedfishAnswer answer) {
        return !messages(answer.body()).isEmpty();
    }

    /** Describes an answer: status, messages, and the delay before a retry that the service requests. */
    static String describe(RedfishAnswer answer) {
        StringBuilder text = new StringBuilder("HTTP ").append(answer.status());
        texts(answer.body()).ifPresent(messages -> text.append(", ").append(messages));
        answer.header("Retry-After")
                .filter(value -> value.length() < 40)
                .ifPresent(value -> text.append("; it requests a retry after ")
                        .append(value)
                        .append(value.chars().allMatch(Character::isDigit) ? " s" : ""));
        return text.toString();
    }

    /** The messages of an error, or of a task, in one line. */
    static Optional<String> texts(JsonNode body) {
        List<String> texts = new ArrayList<>();
        for (JsonNode message : messages(body)) {
            RedfishAnswer.text(message.path("Message"))
                    .or(() -> RedfishAnswer.text(message.path("MessageId")))
                    .ifPresent(texts::add);
        }
        if (RedfishAnswer.text(body.path("error").path("message")).isPresent()) {
            texts.addFirst(body.path("error").path("message").textValue());
        }
        String line = String.join(" / ", texts.stream().distinct().toList()).replaceAll("\\p{Cntrl}+", " ");
        if (line.isBlank()) {
            return Optional.empty();
        }
        return Optional.of(line.length() > LONGEST_TEXT ? line.substring(0, LONGEST_TEXT) + "…" : line);
    }

    private static List<JsonNode> messages(JsonNode body) {
        List<JsonNode> messages = new ArrayList<>();
        body.path("error").path("@Message.ExtendedInfo").forEach(messages::add);
        body.path("@Message.ExtendedInfo").forEach(messages::add);
        body.path("Messages").forEach(messages::add);
        return messages;
    }

    /** {@code Base.1.8.SessionLimitExceeded} without registry and version. */
    private static String identifier(JsonNode message) {
        String id = message.path("MessageId").asText();
        return id.substring(id.lastIndexOf('.') + 1);
    }
}
