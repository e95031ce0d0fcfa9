package org.novametal.baremetal.step;

import java.time.Duration;

/**
 * One thing that is done to a machine on the way to an instance, and taken back on the way from it.
 *
 * <p>A step is idempotent: after a crash it is run again from its beginning. It keeps nothing in fields; what it has to know
 * later it {@linkplain StepContext#remember remembers} in the store before it acts. One object serves all nodes at once.
 */
public interface Step {
    /** Its name, {@code concern.verb}, unique in its plan; part of what is stored, so it stays. */
    String name();

    /** How long it may take in all, its waits included. */
    Duration limit();

    /** What it does that {@link #undo} does not take back. */
    default StepEffect effect() {
        return StepEffect.NONE;
    }

    /** Does it, or goes on doing it. */
    StepResult run(StepContext context) throws InterruptedException;

    /** Takes it back, where there is something to take back. Legal, and harmless, where {@link #run} was never called. */
    default StepResult undo(StepContext context) throws InterruptedException {
        return StepResult.DONE;
    }

    /** This step the other way round: to run it is to take it back. */
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
