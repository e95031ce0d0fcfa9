package org.novametal.baremetal.operation;

import java.util.UUID;

/**
 * A deletion of an instance that was requested while another operation worked on its node.
 *
 * @param id the id of the deletion
 * @param requestId the id of the request
 */
public record DeletionWish(UUID id, String requestId) {
    String text() {
        return id + " " + requestId;
    }

    static DeletionWish parse(String text) {
        int space = text.indexOf(' ');
        return new DeletionWish(UUID.fromString(text.substring(0, space)), text.substring(space + 1));
    }
}
