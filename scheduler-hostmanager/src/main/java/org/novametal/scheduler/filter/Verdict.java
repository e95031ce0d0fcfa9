package org.novametal.scheduler.filter;

import org.novametal.scheduler.host.HostDemand.Amount;
import org.novametal.scheduler.host.HostDemand.Asker;

/** The result of a filter for a node. */
public sealed interface Verdict {
    /** The node passes this filter. */
    record Pass() implements Verdict {}

    /** The node is refused. */
    sealed interface Reject extends Verdict {
        /** The kind of refusal. */
        Reason reason();

        /**
         * The full reason with its numbers, for people; in messages it follows a prefix such as {@code node-3: ram: }.
         */
        String message();
    }

    /**
     * The node has too little of a countable resource.
     *
     * @param reason the kind of shortage
     * @param available the free amount of the node
     * @param wanted the demanded amount
     * @param unit the unit: {@code MiB}, {@code GiB}, {@code vcpus}, or a resource class
     * @param asker the part of the request that demands the resource
     */
    record Shortage(Reason reason, int available, int wanted, String unit, Asker asker) implements Reject {
        @Override
        public String message() {
            return "has " + available + " " + unit + " free, " + asker + " asks for " + wanted + " " + unit;
        }
    }

    /**
     * The node is not of the demanded kind.
     *
     * @param reason the kind of mismatch
     * @param seen the node's value
     * @param wanted the demanded value
     * @param message a description of both values
     */
    record Mismatch(Reason reason, String seen, String wanted, String message) implements Reject {}

    /** Passes when enough is available. */
    static Verdict enough(Reason reason, int available, Amount wanted, String unit) {
        return available >= wanted.value()
                ? new Pass()
                : new Shortage(reason, available, wanted.value(), unit, wanted.asker());
    }
}
