package org.novametal.driver.model;

import java.util.Objects;
import java.util.Optional;

/**
 * The origin of a request, for logs and records only. It contains no token and gives a driver no rights.
 *
 * @param requestId Nova's {@code req-…} id, or another text by which people find the request in logs
 * @param userId the user, where known
 * @param projectId the project, where known
 */
public record RequestContext(String requestId, Optional<String> userId, Optional<String> projectId) {
    /** Checks that no part is null. */
    public RequestContext {
        Objects.requireNonNull(requestId, "requestId");
        Objects.requireNonNull(userId, "userId");
        Objects.requireNonNull(projectId, "projectId");
    }

    /** A context with only a request id. */
    public static RequestContext of(String requestId) {
        return new RequestContext(requestId, Optional.empty(), Optional.empty());
    }
}
