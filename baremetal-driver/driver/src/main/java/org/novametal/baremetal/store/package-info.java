/**
 * The interfaces to the store: {@link org.novametal.baremetal.store.NodeStore}, {@link
 * org.novametal.baremetal.store.OperationStore}, {@link org.novametal.baremetal.store.AgentStore}, {@link
 * org.novametal.baremetal.store.HistoryStore} and {@link org.novametal.baremetal.store.Settings}, all from one {@link
 * org.novametal.baremetal.store.Store}.
 *
 * <p>There is no transaction that a caller opens and closes: each method is one transaction, and changes that belong together
 * are one method ({@code begin}, {@code change} and {@code end} of an operation change its node too). A caller can therefore
 * neither forget to commit nor hold the database while it waits for a machine. State that belongs to a handle, such as the lock
 * of a compute host, is in {@code Store}, so that methods need no parameter for it.
 *
 * <p>A store and its key exist together: {@link org.novametal.baremetal.store.StoreKey} refuses a key without content, and
 * content without a key.
 *
 * <p>Every implementation passes {@code StoreContract}.
 */
@NullMarked
package org.novametal.baremetal.store;

import org.jspecify.annotations.NullMarked;
