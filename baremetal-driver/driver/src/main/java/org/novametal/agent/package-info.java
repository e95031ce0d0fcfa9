/**
 * The deploy ramdisk's protocol as the Ironic Python Agent speaks it: lookup, heartbeat, token, commands.
 * Checksums of images are those of the package {@code image}.
 */
@NullMarked
package org.novametal.agent;

import org.jspecify.annotations.NullMarked;
