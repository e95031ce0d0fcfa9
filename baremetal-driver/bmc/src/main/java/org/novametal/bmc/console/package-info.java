/**
 * Shares a machine's serial console: one connection, any number of readers, a replay and a bounded log, over any
 * {@link org.novametal.bmc.SerialConsole}.
 */
@NullMarked
package org.novametal.bmc.console;

import org.jspecify.annotations.NullMarked;
