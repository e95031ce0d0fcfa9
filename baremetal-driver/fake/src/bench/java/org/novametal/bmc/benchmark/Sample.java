package org.novametal.bmc.benchmark;

/**
 * What one step for many BMCs took.
 *
 * @param cpuNanos user and system of the process that did it, in all
 * @param wallNanos until it was done with all
 * @param livingNanos until the last answer of a BMC that is not dead
 * @param bmcs how many looks at a BMC it was
 * @param lost how many of these brought no answer or a wrong one, or an answer of a dead one
 */
public record Sample(long cpuNanos, long wallNanos, long livingNanos, int bmcs, int lost) {
    public double cpuMicrosEach() {
        return cpuNanos / 1e3 / bmcs;
    }

    public double wallSeconds() {
        return wallNanos / 1e9;
    }

    public double livingSeconds() {
        return livingNanos / 1e9;
    }
}
