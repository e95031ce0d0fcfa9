package org.novametal.baremetal.inventory;

import java.util.List;

/**
 * The rows of a list for people, of which some may be damaged in the store.
 *
 * @param rows those that can be read, in the order of the list
 * @param damaged one text for each row that cannot, which names the row and what is wrong with it; safe for logs and terminals
 * @param <T> what a row is
 */
public record ReadableRows<T>(List<T> rows, List<String> damaged) {
    /** Copies the lists. */
    public ReadableRows {
        rows = List.copyOf(rows);
        damaged = List.copyOf(damaged);
    }
}
