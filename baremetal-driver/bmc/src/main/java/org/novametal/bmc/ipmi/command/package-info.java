/**
 * What the calls of a BMC are as IPMI commands, however these travel.
 */
@NullMarked
package org.novametal.bmc.ipmi.command;

import org.jspecify.annotations.NullMarked;
