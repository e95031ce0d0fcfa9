package org.novametal.examples.quickstart;

import java.util.Objects;

/** A failure of the quickstart itself; the message is for people, the code for programs. */
final class QuickstartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Problem problem;

    /** What went wrong. The names are printed and stable. */
    enum Problem {
        /** The options are invalid. */
        USAGE,
        /** The driver that the configuration names cannot do what the quickstart needs. */
        DRIVER_UNSUITABLE,
        /** The fake machines did not start. */
        RACK_FAILED,
        /** A file of the work folder cannot be created. */
        WORK_FOLDER,
        /** A node is in a wrong provision state, or has not reached the right state in time. */
        NODE_STATE_WRONG,
        /** A machine does not have the requested power state after it was switched. */
        POWER_STATE_WRONG,
        /** A machine's console does not show the expected start. */
        CONSOLE_WRONG
    }

    QuickstartException(Problem problem, String message) {
        super(Objects.requireNonNull(message, "message"));
        this.problem = problem;
    }

    QuickstartException(Problem problem, String message, Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
        this.problem = problem;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "every constructor requires a message");
    }

    Problem problem() {
        return problem;
    }
}
