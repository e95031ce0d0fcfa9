/**
 * Nodes, ports and operations, and the store that keeps them.
 */
@NullMarked
package org.novametal.baremetal.inventory;

import org.jspecify.annotations.NullMarked;
