/** The command line {@code nova-metal}: a user interface for the library, without any driver logic. */
@NullMarked
package org.novametal.examples.cli;

import org.jspecify.annotations.NullMarked;
