package org.novametal.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Optional;

/** An agent's token, node and root UUID. Guarded by itself. */
final class FakeAgentState {
    private Optional<String> token = Optional.empty();
    private JsonNode node = MissingNode.getInstance();
    private String rootUuid = "";

    synchronized Optional<String> token() {
        return token;
    }

    synchronized void setToken(String given) {
        token = Optional.of(given);
    }

    synchronized JsonNode node() {
        return node;
    }

    synchronized void setNode(JsonNode known) {
        node = known;
    }

    /** The disk identifier of the image that was written last; empty before the first one. */
    synchronized String rootUuid() {
        return rootUuid;
    }

    synchronized void setRootUuid(String identifier) {
        rootUuid = identifier;
    }
}
