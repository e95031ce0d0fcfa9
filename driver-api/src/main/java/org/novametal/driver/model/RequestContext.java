package org.novametal.driver.model;

import java.util.Objects;
import java.util.Optional;

/**
 * Who asks: for logs and records only. It carries no token, and a driver gains no right by it.
 *
 * @param requestId Nova's {@code req-…} id, or another text that finds the request in logs
 * @param userId the user, where known
 * @param projectId the project, where known
 */
public record RequestContext(String requestId, Optional<String> userId, Optional<String> projectId) {
    /** Checks that all parts are there. */
    public RequestContext {
        Objects.requireNonNull(requestId, "requestId");
        Objects.requireNonNull(userId, "userId");
        Objects.requireNonNull(projectId, "projectId");
    }

    /** A context that knows no more than its request id. */
    public static RequestContext of(String requestId) {
        return new RequestContext(requestId, Optional.empty(), Optional.empty());
    }
}
