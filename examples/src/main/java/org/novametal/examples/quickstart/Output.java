package org.novametal.examples.quickstart;

/** Where reports go. Any thread may show; what is shown is never torn. */
interface Output extends AutoCloseable {
    /** Shows a report. */
    void show(Report report);

    /** Ends what is drawn; what comes later is not shown. */
    @Override
    void close();
}
