/** What the IPMI engine costs, beside what its peers cost for the same. */
@NullMarked
package org.novametal.bmc.ipmi.benchmark;

import org.jspecify.annotations.NullMarked;
