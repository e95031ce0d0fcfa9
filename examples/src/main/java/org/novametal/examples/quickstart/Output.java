package org.novametal.examples.quickstart;

/** Shows reports to the user. Safe for several threads; reports are never mixed with each other. */
interface Output extends AutoCloseable {
    /** Shows a report. */
    void show(Report report);

    /** Ends the output; later reports are not shown. */
    @Override
    void close();
}
