/** The command line {@code nova-metal}: a user interface for methods of the library, without logic of the driver. */
@NullMarked
package org.novametal.examples.cli;

import org.jspecify.annotations.NullMarked;
