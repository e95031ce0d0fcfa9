/**
 * Other programs, run within limits.
 */
@NullMarked
package org.novametal.process;

import org.jspecify.annotations.NullMarked;
