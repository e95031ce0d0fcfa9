/**
 * Fake machines: a rack that needs no hardware. Shipped for tests and for trying things out; the driver never uses it.
 */
@NullMarked
package org.novametal.fake;

import org.jspecify.annotations.NullMarked;
