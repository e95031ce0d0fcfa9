package org.novametal.examples.quickstart;

/** Shows reports to the user. Thread-safe; the lines of one report are never mixed with those of another report. */
interface Output extends AutoCloseable {
    /** Shows a report. */
    void show(Report report);

    /** Ends the output; later reports are not shown. */
    @Override
    void close();
}
