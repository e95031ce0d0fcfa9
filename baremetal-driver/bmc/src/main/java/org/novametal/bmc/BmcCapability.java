package org.novametal.bmc;

/**
 * Something that not every BMC can do, see {@link Bmc#capability}: all but power. A vendor's jar may add capabilities.
 */
public interface BmcCapability {}
