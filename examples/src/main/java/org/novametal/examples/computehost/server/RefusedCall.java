package org.novametal.examples.computehost.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.examples.computehost.wire.ErrorJson;
import org.novametal.examples.computehost.wire.OperationKey;

/** A call that the server refuses or cannot answer; holds the answer. */
public final class RefusedCall extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // never serialised
    private final Answer answer;

    private RefusedCall(int status, ObjectNode json) {
        super(json.path("error").path("message").asText());
        this.answer = new Answer(status, json);
    }

    /** The answer. */
    public Answer answer() {
        return answer;
    }

    static RefusedCall badRequest(String message) {
        return new RefusedCall(400, ErrorJson.error("bad_request", "abort", message));
    }

    static RefusedCall otherVersion(String message) {
        return new RefusedCall(400, ErrorJson.error("version_unsupported", "host_down", message));
    }

    static RefusedCall forbidden(String message) {
        return new RefusedCall(403, ErrorJson.error("forbidden", "host_down", message));
    }

    static RefusedCall notFound(String message) {
        return new RefusedCall(404, ErrorJson.error("not_found", "abort", message));
    }

    static RefusedCall methodNotAllowed(String message) {
        return new RefusedCall(405, ErrorJson.error("method_not_allowed", "abort", message));
    }

    static RefusedCall operationNotFound(String message) {
        return new RefusedCall(404, ErrorJson.error("operation_not_found", "abort", message));
    }

    static RefusedCall keyConflict(String message) {
        return new RefusedCall(409, ErrorJson.error("key_conflict", "abort", message));
    }

    static RefusedCall eventsLost(ObjectNode json) {
        return new RefusedCall(410, json);
    }

    static RefusedCall tooLarge(String message) {
        return new RefusedCall(413, ErrorJson.error("too_large", "abort", message));
    }

    static RefusedCall capabilityAbsent(String message) {
        return new RefusedCall(501, ErrorJson.error("capability_absent", "abort", message));
    }

    static RefusedCall tooManyRequests(String message) {
        return new RefusedCall(503, ErrorJson.error("too_many_requests", "retry", message));
    }

    static RefusedCall deadline(String message) {
        return new RefusedCall(504, ErrorJson.error("deadline_exceeded", "retry", message));
    }

    static RefusedCall failed() {
        return new RefusedCall(
                500, ErrorJson.error("internal", "retry", "the compute host failed to answer; its log has the reason"));
    }

    static RefusedCall closing() {
        return of(new DriverException(
                ErrorCode.HOST_UNAVAILABLE, "the compute host is stopping; call again when it has started"));
    }

    /** The answer for an operation that another key has under way; the answer names that key. */
    static RefusedCall inProgress(OperationKey underWay, String message) {
        ObjectNode json = ErrorJson.error(ErrorCode.OPERATION_IN_PROGRESS, message);
        json.withObject("/error").put("operation", underWay.toString());
        return new RefusedCall(status(ErrorCode.OPERATION_IN_PROGRESS), json);
    }

    /** The answer for an error of the driver. */
    static RefusedCall of(DriverException failure) {
        RefusedCall refused =
                new RefusedCall(status(failure.code()), ErrorJson.error(failure.code(), failure.getMessage()));
        refused.initCause(failure);
        return refused;
    }

    private static int status(ErrorCode code) {
        return switch (code) {
            case INSTANCE_NOT_FOUND, NODE_NOT_FOUND -> 404;
            case RESOURCES_UNAVAILABLE, OPERATION_IN_PROGRESS, CANCELLED, CONSOLE_NOT_AVAILABLE, RESHAPE_NEEDED -> 409;
            case BUILD_ABORT,
                    IMAGE_UNACCEPTABLE,
                    NODE_INVALID,
                    NO_RESOURCE_CLASS,
                    CONFIG_INVALID,
                    CONSOLE_TYPE_UNAVAILABLE -> 422;
            case DRIVER_NOT_READY, HOST_UNAVAILABLE -> 503;
            case VIF_PLUG_FAILED,
                    DEPLOY_FAILED,
                    REBUILD_FAILED,
                    POWER_ON_FAILED,
                    POWER_OFF_FAILED,
                    REBOOT_FAILED,
                    RESCUE_FAILED,
                    UNRESCUE_FAILED,
                    DESTROY_FAILED,
                    RESHAPE_FAILED -> 500;
        };
    }
}
