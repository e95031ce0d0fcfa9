package org.novametal.baremetal.step;

/** What a step does that undoing it does not take back; a later one includes the ones before. */
public enum StepEffect {
    /** Nothing. */
    NONE,
    /** The machine is switched, or wired otherwise: what ran on it does not run as before. */
    MACHINE,
    /** The machine's disk is written: the node is cleaned before another instance gets it. */
    DISK
}
