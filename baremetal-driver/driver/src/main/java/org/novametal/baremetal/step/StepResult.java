package org.novametal.baremetal.step;

import java.time.Duration;
import org.novametal.baremetal.operation.FailureCause;

/** What became of a step. */
public sealed interface StepResult {
    /** The step is done. */
    StepResult DONE = new Done();

    /** The step is done. */
    record Done() implements StepResult {}

    /**
     * The step has to be run again.
     *
     * @param on what it waits for
     * @param pollAfter when to run it again at the latest
     * @param what the same for people, such as {@code "the machine to be on"}
     */
    record Wait(WaitFor on, Duration pollAfter, String what) implements StepResult {}

    /**
     * The step cannot be done.
     *
     * @param cause what it failed by
     * @param message the same for people: what was tried, the value seen, the value wanted, what to do
     */
    record Failed(FailureCause cause, String message) implements StepResult {}

    /** What a step waits for. */
    enum WaitFor {
        /** Time to pass. */
        TIME,
        /** Its turn: this time does not count against the step's limit. */
        TURN,
        /** The deploy ramdisk to be heard. */
        RAMDISK
    }
}
