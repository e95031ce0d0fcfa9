package org.novametal.fake;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A failed command or a refused request, with the error type and text of the real agent. */
final class FakeAgentFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final String type;
    private final int code;
    private final String general;
    private final String details;

    private FakeAgentFailure(String type, int code, String general, String details) {
        super(general + ": " + details);
        this.type = type;
        this.code = code;
        this.general = general;
        this.details = details;
    }

    static FakeAgentFailure invalidParameters(String details) {
        return new FakeAgentFailure("InvalidCommandParamsError", 400, "Invalid command parameters", details);
    }

    static FakeAgentFailure invalidCommand(String details) {
        return new FakeAgentFailure("InvalidCommandError", 400, "Invalid command", details);
    }

    static FakeAgentFailure notFound(String kind, String id) {
        return new FakeAgentFailure(
                "RequestedObjectNotFoundError", 404, "Not found", kind + " with id " + id + " not found.");
    }

    static FakeAgentFailure download(String image, String details) {
        return new FakeAgentFailure(
                "ImageDownloadError",
                500,
                "Error downloading image",
                "Download of image " + image + " failed: " + details);
    }

    /** A download that is not tried again. */
    static FakeAgentFailure downloadFatal(String image, String details) {
        return new FakeAgentFailure(
                "ImageDownloadFatalError",
                500,
                "Error downloading image",
                "Download of image " + image + " failed: " + details);
    }

    /** The real agent's text, which swaps location and image ID. */
    static FakeAgentFailure checksum(String image, String device, String expected, String computed) {
        return new FakeAgentFailure(
                "ImageChecksumError",
                500,
                "Error verifying image checksum",
                "Image failed to verify against checksum. location: " + image + "; image ID: " + device
                        + "; image checksum: " + expected + "; verification checksum: " + computed);
    }

    static FakeAgentFailure unknownAlgorithm(String image, String algorithm) {
        return new FakeAgentFailure(
                "RESTError",
                500,
                "An error occurred",
                "Unable to verify image " + image
                        + " with available checksums. Please make sure the specified 'os_hash_algo' (currently "
                        + algorithm
                        + ") is supported by this ramdisk, or provide a md5 checksum via the 'checksum' field");
    }

    static FakeAgentFailure invalidImage(String details) {
        return new FakeAgentFailure("InvalidImage", 500, "The provided image is not valid for use", details);
    }

    static FakeAgentFailure deployment(String details) {
        return new FakeAgentFailure("DeploymentError", 500, "Deploy step failed", details);
    }

    static FakeAgentFailure noDevice(String details) {
        return new FakeAgentFailure(
                "DeviceNotFound", 404, "Error finding the disk or partition device to deploy the image onto", details);
    }

    static FakeAgentFailure noSuchStep(String step) {
        return new FakeAgentFailure(
                "HardwareManagerMethodNotFound",
                500,
                "No HardwareManager found to handle method",
                "Could not find method: " + step);
    }

    static FakeAgentFailure execution(String details) {
        return new FakeAgentFailure("CommandExecutionError", 500, "Command execution failed", details);
    }

    static FakeAgentFailure versions(String current, String requested) {
        return new FakeAgentFailure(
                "VersionMismatch",
                409,
                "Hardware managers version mismatch, reload agent with correct version",
                "Current versions: " + current + ", versions used by ironic: " + requested);
    }

    static FakeAgentFailure busy(String command) {
        return new FakeAgentFailure("AgentIsBusy", 409, "Agent is busy", "executing command " + command);
    }

    static FakeAgentFailure badRequest(String details) {
        return new FakeAgentFailure("BadRequest", 400, "400 Bad Request", details);
    }

    static FakeAgentFailure tokenInvalid() {
        return new FakeAgentFailure("Unauthorized", 401, "401 Unauthorized", "Token invalid.");
    }

    static FakeAgentFailure noSuchPath() {
        return new FakeAgentFailure(
                "NotFound",
                404,
                "404 Not Found",
                "The requested URL was not found on the server. If you entered the URL manually please check your "
                        + "spelling and try again.");
    }

    int code() {
        return code;
    }

    boolean isVersionMismatch() {
        return type.equals("VersionMismatch");
    }

    /** This failure as a command's {@code command_error}. */
    ObjectNode commandError() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", type)
                .put("code", code)
                .put("message", general)
                .put("details", details);
    }

    /** This failure as the body of an HTTP error. */
    ObjectNode fault() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("faultcode", "Client")
                .put("faultstring", general + ": " + details);
    }
}
