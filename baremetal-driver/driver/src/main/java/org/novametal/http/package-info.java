/** The HTTP server; independent of other packages, its routes are passed to it. */
@NullMarked
package org.novametal.http;

import org.jspecify.annotations.NullMarked;
