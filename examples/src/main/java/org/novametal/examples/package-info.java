/**
 * Programs that use nova-metal.
 */
@NullMarked
package org.novametal.examples;

import org.jspecify.annotations.NullMarked;
