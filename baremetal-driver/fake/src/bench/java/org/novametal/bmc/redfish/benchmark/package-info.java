/** Costs of the Redfish client, beside those of its peers for the same work. */
@NullMarked
package org.novametal.bmc.redfish.benchmark;

import org.jspecify.annotations.NullMarked;
