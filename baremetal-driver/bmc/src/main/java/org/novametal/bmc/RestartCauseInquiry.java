package org.novametal.bmc;

/** Reads the cause of a machine's last start. */
public interface RestartCauseInquiry extends BmcCapability {
    /** Reads the cause. */
    RestartCause readRestartCause() throws InterruptedException;
}
