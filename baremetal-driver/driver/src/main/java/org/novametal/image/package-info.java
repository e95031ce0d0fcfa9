/** Fetches, verifies, converts and caches disk images. */
@NullMarked
package org.novametal.image;

import org.jspecify.annotations.NullMarked;
