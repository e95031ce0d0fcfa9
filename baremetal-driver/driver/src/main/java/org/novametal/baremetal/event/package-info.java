/**
 * Notifications of what happens to nodes, in the form of Ironic's versioned notifications, for programs of operators: a public
 * interface for listeners, and a file of JSON lines.
 *
 * <p>The compute host sends all of them, also of changes that other processes made in the store, which it detects within a
 * second: so there is one order and one writer.
 */
@NullMarked
package org.novametal.baremetal.event;

import org.jspecify.annotations.NullMarked;
