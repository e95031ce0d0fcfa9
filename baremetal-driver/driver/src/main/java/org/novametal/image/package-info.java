/**
 * Images: fetched, verified, checked to be images, converted, kept by content.
 */
@NullMarked
package org.novametal.image;

import org.jspecify.annotations.NullMarked;
