/** Keeps the consoles of nodes connected and logs their output, so that it can be shown later. */
@NullMarked
package org.novametal.baremetal.console;

import org.jspecify.annotations.NullMarked;
