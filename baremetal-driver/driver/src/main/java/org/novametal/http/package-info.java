/**
 * The one HTTP server; it knows no one, its routes are given to it.
 */
@NullMarked
package org.novametal.http;

import org.jspecify.annotations.NullMarked;
