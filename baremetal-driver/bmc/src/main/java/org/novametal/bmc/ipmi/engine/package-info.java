/**
 * What lets one thread and one UDP socket serve thousands of BMCs: pacing, timers, queues, name resolution. It drives the
 * machines of {@link org.novametal.bmc.ipmi.session} and knows no command by its meaning.
 */
@NullMarked
package org.novametal.bmc.ipmi.engine;

import org.jspecify.annotations.NullMarked;
