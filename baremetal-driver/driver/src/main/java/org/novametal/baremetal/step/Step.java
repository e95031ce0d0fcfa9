package org.novametal.baremetal.step;

import java.time.Duration;

/**
 * One part of an operation on a node, which can be undone.
 *
 * <p>A step is idempotent: after a crash it is run again from its beginning. It keeps no state in fields; values that it
 * needs later it {@linkplain StepContext#remember stores} before it acts. One object serves all nodes at the same time.
 */
public interface Step {
    /** Its name, {@code concern.verb}, unique in its plan; it is stored, so it must never be changed. */
    String name();

    /** How long it may take in all, its waits included. */
    Duration limit();

    /** The effect that {@link #undo} does not reverse. */
    default StepEffect effect() {
        return StepEffect.NONE;
    }

    /** Runs the step, or continues it. */
    StepResult run(StepContext context) throws InterruptedException;

    /** Undoes the step, if there is something to undo. Harmless if {@link #run} was never called. */
    default StepResult undo(StepContext context) throws InterruptedException {
        return StepResult.DONE;
    }

    /** This step reversed: running it undoes this step. */
    default Step reversed() {
        Step forward = this;
        return new Step() {
            @Override
            public String name() {
                return forward.name() + "-reversed";
            }

            @Override
            public Duration limit() {
                return forward.limit();
            }

            @Override
            public StepEffect effect() {
                return forward.effect();
            }

            @Override
            public StepResult run(StepContext context) throws InterruptedException {
                return forward.undo(context);
            }
        };
    }
}
