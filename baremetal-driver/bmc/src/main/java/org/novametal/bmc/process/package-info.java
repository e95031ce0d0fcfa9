/** Runs other programs, with limits on their time and output. */
@NullMarked
package org.novametal.bmc.process;

import org.jspecify.annotations.NullMarked;
