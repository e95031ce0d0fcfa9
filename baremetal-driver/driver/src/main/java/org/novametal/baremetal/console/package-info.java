/** The consoles of nodes that are kept connected and logged, so that what a machine printed can be shown later. */
@NullMarked
package org.novametal.baremetal.console;

import org.jspecify.annotations.NullMarked;
