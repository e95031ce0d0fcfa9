/** Common parts of the benchmarks of BMC clients: samples, sides, steps, the report, and processes. */
@NullMarked
package org.novametal.bmc.benchmark;

import org.jspecify.annotations.NullMarked;
