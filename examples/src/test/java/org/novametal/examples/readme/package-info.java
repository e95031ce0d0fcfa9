/** Holds README.md to what the code does. */
@NullMarked
package org.novametal.examples.readme;

import org.jspecify.annotations.NullMarked;
