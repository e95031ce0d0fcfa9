/**
 * Serves thousands of BMCs with one thread and one UDP socket: pacing, timers, queues, name resolution. It drives the state
 * machines of {@link org.novametal.bmc.ipmi.session} and does not interpret commands.
 */
@NullMarked
package org.novametal.bmc.ipmi.engine;

import org.jspecify.annotations.NullMarked;
