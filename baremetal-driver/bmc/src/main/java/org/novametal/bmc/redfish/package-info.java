/**
 * Redfish over HTTPS: a BMC by way of its web service. Specification: DMTF DSP0266 (protocol), DSP0268 (resources).
 */
@NullMarked
package org.novametal.bmc.redfish;

import org.jspecify.annotations.NullMarked;
