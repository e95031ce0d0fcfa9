package org.novametal.baremetal.step;

/** The effect of a step that undoing does not reverse; each value includes the ones before. */
public enum StepEffect {
    /** No such effect. */
    NONE,
    /** The machine's power or network is changed: its instance does not run as before. */
    MACHINE,
    /** The machine's disk is written: the node is cleaned before another instance gets it. */
    DISK
}
