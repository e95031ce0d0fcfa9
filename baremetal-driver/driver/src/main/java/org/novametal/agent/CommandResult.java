package org.novametal.agent;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * How far a command is. It prints without its result, which may repeat a config drive.
 *
 * @param id the agent's name for the command, by which it is read again
 * @param name the command's name without its extension
 * @param status how far it is
 * @param result what it returned, JSON null where nothing
 * @param error why it failed
 */
public record CommandResult(String id, String name, Status status, JsonNode result, Optional<Failure> error) {
    /** How far a command is. */
    public enum Status {
        /** It runs. */
        RUNNING,
        /** It is done. */
        SUCCEEDED,
        /** It failed; the error says why. */
        FAILED,
        /** The agent's hardware managers are not the ones that the steps were asked of: ask for the steps again. */
        CLEAN_VERSION_MISMATCH
    }

    /**
     * Why a command failed.
     *
     * @param type the agent's name for it, as {@code ImageChecksumError}; the thing to decide by
     * @param message in general
     * @param details in particular
     */
    public record Failure(String type, String message, String details) {}

    /**
     * Reads a command's JSON.
     *
     * @throws AgentException PROTOCOL where it is none
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
        if (known.isEmpty() || id.isEmpty()) {
            throw new AgentException(
                    AgentException.Reason.PROTOCOL,
                    "the agent's answer has id \"" + id + "\" and command_status \"" + status
                            + "\", and neither may be missing or unknown");
        }
        JsonNode error = json.path("command_error");
        Optional<Failure> failure = error.isObject()
                ? Optional.of(new Failure(
                        error.path("type").asText(),
                        error.path("message").asText(),
                        error.path("details").asText()))
                : error.isTextual() ? Optional.of(new Failure("", error.asText(), "")) : Optional.empty();
        return new CommandResult(
                id, json.path("command_name").asText(), known.get(), json.path("command_result"), failure);
    }

    @Override
    public String toString() {
        return "CommandResult[" + name + " " + id + " " + status
                + error.map(failure -> ", " + failure.type() + ": " + failure.message())
                        .orElse("") + "]";
    }
}
