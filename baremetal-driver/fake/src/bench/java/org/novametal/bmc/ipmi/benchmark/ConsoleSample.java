package org.novametal.bmc.ipmi.benchmark;

/**
 * What it took to hear several machines, all at once.
 *
 * @param consoles how many were to be opened
 * @param unopened how many were not opened
 * @param openNanos until all were open
 * @param wallNanos from the first character that was printed until the last that arrived
 * @param cpuNanos user and system meanwhile of who heard
 * @param printed bytes of all machines
 * @param lost bytes of those that did not arrive
 * @param doubled bytes that arrived again
 * @param wrong bytes that arrived in another order or were not printed
 */
record ConsoleSample(
        int consoles,
        int unopened,
        long openNanos,
        long wallNanos,
        long cpuNanos,
        long printed,
        long lost,
        long doubled,
        long wrong) {

    double openSeconds() {
        return openNanos / 1e9;
    }

    double wallSeconds() {
        return wallNanos / 1e9;
    }

    /** Of all consoles together. */
    double charactersASecond() {
        return (printed - lost) / wallSeconds();
    }

    /** Of what arrived; infinite where nothing did. */
    double cpuMicrosAKilobyte() {
        return cpuNanos / 1e3 / ((printed - lost) / 1024.0);
    }
}
