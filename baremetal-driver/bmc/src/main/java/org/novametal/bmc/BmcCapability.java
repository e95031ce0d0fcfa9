package org.novametal.bmc;

/**
 * An optional feature of a BMC, see {@link Bmc#capability}; every BMC controls power, all else is optional. A vendor's jar
 * may add capabilities.
 */
public interface BmcCapability {}
