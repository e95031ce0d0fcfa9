package org.novametal.baremetal.operation;

/** A queue of operations of which only a number run at once; the others wait in the order in which they were created. */
public enum OperationQueue {
    /** Operations that write an image to a node. */
    DEPLOYMENTS("deployments"),
    /** Operations that erase a node's disks. */
    CLEANINGS("cleanings");

    private final String shown;

    OperationQueue(String shown) {
        this.shown = shown;
    }

    /** The name for people, a plural noun. */
    public String shown() {
        return shown;
    }
}
