/** Steps that configure a node's network. */
@NullMarked
package org.novametal.baremetal.step.network;

import org.jspecify.annotations.NullMarked;
