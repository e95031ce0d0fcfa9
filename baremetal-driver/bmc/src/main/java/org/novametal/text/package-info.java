/**
 * Text from outside, made safe to show, and small files, read without trust in their bytes.
 */
@NullMarked
package org.novametal.text;

import org.jspecify.annotations.NullMarked;
