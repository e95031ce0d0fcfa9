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

    /**
     * The place of an operation in a queue.
     *
     * @param queue the queue
     * @param number the place, from 1
     * @param length how many operations wait
     */
    public record Place(OperationQueue queue, int number, int length) {
        /** The place for people, such as "place 12 of 40 in the queue of deployments". */
        @Override
        public String toString() {
            return "place " + number + " of " + length + " in the queue of " + queue.shown();
        }
    }
}
