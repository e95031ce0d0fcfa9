package org.novametal.bmc;

/**
 * Something that not every BMC can do; see {@link Bmc#capability}. Whatever is more than power is one: sensors, event log and
 * inventory of a machine will be too. A vendor may add capabilities of its own.
 */
public interface BmcCapability {}
