/**
 * The JSON of the compute host's socket: converters between JSON and the model of {@code driver-api}. Names follow Nova's objects.
 * Unknown fields are ignored, an absent field and {@code null} are the same. No text in an error comes from the value of a field,
 * because it may be a secret.
 */
@NullMarked
package org.novametal.examples.computehost.wire;

import org.jspecify.annotations.NullMarked;
