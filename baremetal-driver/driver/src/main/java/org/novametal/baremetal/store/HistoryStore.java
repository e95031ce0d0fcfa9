package org.novametal.baremetal.store;

import java.util.List;
import java.util.UUID;

/**
 * The interface to the histories of nodes. The other parts of the store write them, in the transaction of the change itself; a
 * history has at most {@link StoreOptions#keepHistory} entries, the newest, and is deleted with its node.
 */
public interface HistoryStore {
    /** The newest entries of a node, the newest first. */
    List<HistoryEntry> newest(UUID node, int most);
}
