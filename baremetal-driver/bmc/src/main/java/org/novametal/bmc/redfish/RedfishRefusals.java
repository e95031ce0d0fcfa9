package org.novametal.bmc.redfish;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.text.ForeignText;

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
            Map.entry("ServiceShuttingDown", Reason.BUSY),
            Map.entry("ResourceNotReadyRetry", Reason.BUSY),
            Map.entry("PreconditionFailed", Reason.BUSY),
            Map.entry("PropertyUnknown", Reason.UNSUPPORTED),
            Map.entry("PropertyValueNotInList", Reason.UNSUPPORTED),
            Map.entry("ActionParameterNotSupported", Reason.UNSUPPORTED),
            Map.entry("ActionParameterUnknown", Reason.UNSUPPORTED),
            // Dell iDRAC9: all sessions are in use.
            Map.entry("RAC0218", Reason.NO_FREE_SESSION),
            // HPE iLO: the firmware of the machine is starting, or the last power change is not over.
            Map.entry("UnableToModifyDuringSystemPOST", Reason.BUSY),
            Map.entry("InvalidOperationForSystemState", Reason.BUSY),
            Map.entry("UnsupportedOperation", Reason.UNSUPPORTED),
            // AMI MegaRAC: the property is in the settings resource.
            Map.entry("OperationSupportedInFutureStateURI", Reason.UNSUPPORTED));

    /** The messages of a service that knows no session of the request. */
    private static final Set<String> WITHOUT_SESSION = Set.of("NoValidSession", "SessionTerminated");

    /** The messages of a success; some services put them into an {@code error}. */
    private static final Set<String> SUCCESSES =
            Set.of("Success", "Created", "NoOperation", "ResetRequired", "SystemResetRequired", "OK");

    private static final Set<String> BAD_SEVERITIES = Set.of("Warning", "Critical");

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

    /**
     * The reason why a resource that must exist could not be read. A BMC that is starting answers such a request with all
     * kinds of statuses, so it counts as busy unless its messages say more.
     */
    static Reason reasonOfReading(RedfishAnswer answer) {
        Reason reason = reason(answer);
        return reason == Reason.REJECTED ? Reason.BUSY : reason;
    }

    /** Whether a successful answer reports that nothing was done: some services put a refusal into an answer 200. */
    static boolean isRefusalInSuccess(RedfishAnswer answer) {
        List<JsonNode> messages = new ArrayList<>();
        answer.body().path("error").path("@Message.ExtendedInfo").forEach(messages::add);
        return messages.stream().anyMatch(message -> BAD_SEVERITIES.contains(severity(message)))
                && messages.stream().noneMatch(message -> SUCCESSES.contains(identifier(message)));
    }

    private static String severity(JsonNode message) {
        return message.path("MessageSeverity").asText(message.path("Severity").asText());
    }

    /** Whether the service says that it knows no session of the request. */
    static boolean isWithoutSession(RedfishAnswer answer) {
        return messages(answer.body()).stream().map(RedfishRefusals::identifier).anyMatch(WITHOUT_SESSION::contains);
    }

    private static Reason byStatus(int status) {
        return switch (status) {
            // Redfish does not tell whether the user or the password is wrong, so that names cannot be tried out.
            case 401 -> Reason.WRONG_PASSWORD;
            case 403 -> Reason.PRIVILEGE_TOO_LOW;
            case 405, 501 -> Reason.UNSUPPORTED;
            case 408, 409, 412, 423, 425, 429 -> Reason.BUSY;
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
                        .append(ForeignText.line(value))
                        .append(value.chars().allMatch(Character::isDigit) ? " s" : ""));
        return text.toString();
    }

    /** The messages of an error, or of a task, in one line. */
    static Optional<String> texts(JsonNode body) {
        List<String> texts = new ArrayList<>();
        for (JsonNode message : messages(body)) {
            RedfishAnswer.text(message.path("Message"))
                    .or(() -> RedfishAnswer.text(message.path("MessageId")))
                    .or(() -> RedfishAnswer.text(message.path("MessageID")))
                    .ifPresent(texts::add);
        }
        if (RedfishAnswer.text(body.path("error").path("message")).isPresent()) {
            texts.addFirst(body.path("error").path("message").textValue());
        }
        String line = String.join(" / ", texts.stream().distinct().toList());
        return line.isBlank() ? Optional.empty() : Optional.of(ForeignText.line(line, LONGEST_TEXT));
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
        // HPE iLO 4 spells it MessageID.
        String id = message.path("MessageId").asText(message.path("MessageID").asText());
        return id.substring(id.lastIndexOf('.') + 1);
    }
}
