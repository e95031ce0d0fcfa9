/** Checks that README.md agrees with the code. */
@NullMarked
package org.novametal.examples.readme;

import org.jspecify.annotations.NullMarked;
