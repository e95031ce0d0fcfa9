/**
 * The program {@code fake-rack}: fake machines in a process of their own.
 */
@NullMarked
package org.novametal.examples.rack;

import org.jspecify.annotations.NullMarked;
