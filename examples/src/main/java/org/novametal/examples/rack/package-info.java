/**
 * The program {@code fake-rack}: fake machines in a separate process.
 */
@NullMarked
package org.novametal.examples.rack;

import org.jspecify.annotations.NullMarked;
