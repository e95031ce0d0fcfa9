package org.novametal.bmc;

/** Something that not every BMC can do; see {@link Bmc#capability}. A vendor may add capabilities of its own. */
public interface BmcCapability {}
