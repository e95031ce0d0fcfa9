package org.novametal.scheduler.filter;

import org.novametal.scheduler.host.HostDemand.Amount;
import org.novametal.scheduler.host.HostDemand.Asker;

/** What a filter says of a node. */
public sealed interface Verdict {
    /** The node will do, as far as this filter is concerned. */
    record Pass() implements Verdict {}

    /** The node will not do. */
    sealed interface Reject extends Verdict {
        /** Why. */
        Reason reason();

        /** Why and by what number, for people; follows {@code node-3: ram: }. */
        String message();
    }

    /**
     * The node has not enough of something that is counted.
     *
     * @param reason which resource
     * @param available what the node has left
     * @param wanted what is asked for
     * @param unit what is counted: {@code MiB}, {@code GiB}, {@code vcpus}, or a resource class
     * @param asker who asks for it
     */
    record Shortage(Reason reason, int available, int wanted, String unit, Asker asker) implements Reject {
        @Override
        public String message() {
            return "has " + available + " " + unit + " free, " + asker + " asks " + wanted + " " + unit;
        }
    }

    /**
     * The node is not of the kind that is asked for.
     *
     * @param reason which quality
     * @param seen what the node is or has
     * @param wanted what is asked for
     * @param message both in words
     */
    record Mismatch(Reason reason, String seen, String wanted, String message) implements Reject {}

    /** Passes when there is enough. */
    static Verdict enough(Reason reason, int available, Amount wanted, String unit) {
        return available >= wanted.value()
                ? new Pass()
                : new Shortage(reason, available, wanted.value(), unit, wanted.asker());
    }
}
