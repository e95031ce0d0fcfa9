package org.novametal.bmc;

/** Reads why a machine started last. */
public interface RestartCauseInquiry extends BmcCapability {
    /** Reads the cause. */
    RestartCause readRestartCause() throws InterruptedException;
}
