/** Runs other programs within limits. */
@NullMarked
package org.novametal.bmc.process;

import org.jspecify.annotations.NullMarked;
