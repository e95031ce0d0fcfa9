/**
 * Redfish over HTTPS: access to a BMC through its web service. Specification: DMTF DSP0266 (protocol), DSP0268 (resources).
 */
@NullMarked
package org.novametal.bmc.redfish;

import org.jspecify.annotations.NullMarked;
