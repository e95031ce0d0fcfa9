package org.novametal.examples.computehost.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The answer to a call.
 *
 * @param status the HTTP status
 * @param json the body
 */
public record Answer(int status, ObjectNode json) {
    /** Status 200 with a body. */
    public static Answer ok(ObjectNode json) {
        return new Answer(200, json);
    }

    /** Status 200 with an empty object. */
    public static Answer done() {
        return ok(JsonNodeFactory.instance.objectNode());
    }
}
