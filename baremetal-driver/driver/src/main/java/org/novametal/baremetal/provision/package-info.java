/** Runs operations: stores each transition, then changes memory, then acts; resumes operations after a crash. */
@NullMarked
package org.novametal.baremetal.provision;

import org.jspecify.annotations.NullMarked;
