/**
 * Text from outside, made safe to show.
 */
@NullMarked
package org.novametal.text;

import org.jspecify.annotations.NullMarked;
