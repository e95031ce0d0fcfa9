/** The calls of a BMC as IPMI commands, independent of how the commands are sent. */
@NullMarked
package org.novametal.bmc.ipmi.command;

import org.jspecify.annotations.NullMarked;
