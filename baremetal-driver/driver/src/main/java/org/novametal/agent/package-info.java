/**
 * The deploy ramdisk's protocol as the Ironic Python Agent speaks it: lookup, heartbeat, token, commands.
 */
@NullMarked
package org.novametal.agent;

import org.jspecify.annotations.NullMarked;
