package org.novametal.baremetal.step;

import java.time.Duration;
import java.util.Map;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.text.ForeignText;

/** The result of running or undoing a step. */
public sealed interface StepResult {
    /** The step is done. */
    StepResult DONE = new Done();

    /** The step is done. */
    record Done() implements StepResult {}

    /**
     * The step has to be run again.
     *
     * @param on what it waits for
     * @param pollAfter the longest time until it is run again
     * @param what a description of what it waits for, such as {@code "the machine to be on"}
     */
    record Wait(WaitFor on, Duration pollAfter, String what) implements StepResult {
        /** Makes the description safe to log and to show: a BMC or a ramdisk may have chosen parts of it. */
        public Wait {
            what = ForeignText.message(what);
        }
    }

    /**
     * The step cannot be done.
     *
     * @param cause the kind of cause
     * @param message a description for people: what was tried, the value seen, the value wanted, what to do
     */
    record Failed(FailureCause cause, String message) implements StepResult {
        /** Makes the message safe to log and to store: a BMC, a ramdisk or an image may have chosen parts of it. */
        public Failed {
            message = ForeignText.message(message);
        }
    }

    /**
     * The operation has to continue from an earlier step of its plan: what that step and those after it did is lost. They run
     * again.
     *
     * @param step the name of the earlier step
     * @param memory values to store with the change of position, in the same write
     * @param why a description for people
     */
    record BackTo(String step, Map<String, String> memory, String why) implements StepResult {
        /** Copies the values. */
        public BackTo {
            memory = Map.copyOf(memory);
        }
    }

    /** What a step waits for. */
    enum WaitFor {
        /** A certain time. */
        TIME,
        /** Its turn to send a power command: this time does not count against the step's limit. */
        TURN,
        /** A heartbeat of the deploy ramdisk. */
        RAMDISK
    }
}
