package org.novametal.fake;

import java.time.Duration;

/** Waits, on the clock of the fake. */
@FunctionalInterface
interface FakePause {
    /**
     * Waits for that time.
     *
     * @throws InterruptedException when the fake ends meanwhile
     */
    void pause(Duration duration) throws InterruptedException;
}
