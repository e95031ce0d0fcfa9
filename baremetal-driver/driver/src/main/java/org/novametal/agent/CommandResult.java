package org.novametal.agent;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.novametal.text.ForeignText;

/**
 * The state and result of a command. {@code toString()} omits the result, which may contain a config drive.
 *
 * @param id the agent's id of the command, by which its state is read later
 * @param name the command's name without its extension
 * @param status the command's state
 * @param result what the command returned, JSON null when it returned nothing
 * @param error why the command failed
 */
public record CommandResult(String id, String name, Status status, JsonNode result, Optional<Failure> error) {
    /** Agents use UUIDs of 36 characters. */
    private static final int MAX_ID_LENGTH = 100;

    /** The state of a command. */
    public enum Status {
        /** The command is running. */
        RUNNING,
        /** The command has succeeded. */
        SUCCEEDED,
        /** The command failed; the error says why. */
        FAILED,
        /** The agent's hardware managers have changed since the steps were requested: request the steps again. */
        CLEAN_VERSION_MISMATCH
    }

    /**
     * Why a command failed; each part is one line of at most {@value ForeignText#MAX_LENGTH} characters without control
     * characters, in which the {@linkplain AgentToken#blanked forms of secrets} are blanked.
     *
     * @param type the agent's name for the kind of failure, such as {@code ImageChecksumError}; callers decide by it
     * @param message describes the kind of failure
     * @param details describes this failure
     */
    public record Failure(String type, String message, String details) {
        /** Makes the parts safe to log and to store: the agent chooses them, and repeats URLs with secrets in them. */
        public Failure {
            type = ForeignText.line(AgentToken.blanked(type));
            message = ForeignText.line(AgentToken.blanked(message));
            details = ForeignText.line(AgentToken.blanked(details));
        }
    }

    /**
     * Reads a command's JSON.
     *
     * @throws AgentException PROTOCOL when the JSON is not a command
     */
    static CommandResult of(JsonNode json) {
        String status = json.path("command_status").asText();
        String id = json.path("id").asText();
        Optional<Status> known = switch (status) {
            case "RUNNING" -> Optional.of(Status.RUNNING);
            case "SUCCEEDED" -> Optional.of(Status.SUCCEEDED);
            case "FAILED" -> Optional.of(Status.FAILED);
            case "CLEAN_VERSION_MISMATCH" -> Optional.of(Status.CLEAN_VERSION_MISMATCH);
            default -> Optional.empty();
        };
        if (known.isEmpty() || id.isEmpty() || id.length() > MAX_ID_LENGTH) {
            throw new AgentException(
                    AgentException.Reason.PROTOCOL,
                    "the agent's answer has id \"" + ForeignText.line(id) + "\" and command_status \""
                            + ForeignText.line(status) + "\", and neither may be missing or unknown; an id has at most "
                            + MAX_ID_LENGTH + " characters");
        }
        JsonNode error = json.path("command_error");
        Optional<Failure> failure = error.isObject()
                ? Optional.of(new Failure(
                        error.path("type").asText(),
                        error.path("message").asText(),
                        error.path("details").asText()))
                : error.isTextual() ? Optional.of(new Failure("", error.asText(), "")) : Optional.empty();
        return new CommandResult(
                id,
                ForeignText.line(json.path("command_name").asText()),
                known.get(),
                json.path("command_result"),
                failure);
    }

    @Override
    public String toString() {
        return "CommandResult[" + name + " " + id + " " + status
                + error.map(failure -> ", " + failure.type() + ": " + failure.message())
                        .orElse("") + "]";
    }
}
