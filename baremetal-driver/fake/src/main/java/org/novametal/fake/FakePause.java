package org.novametal.fake;

import java.time.Duration;

/** Waits, on whatever clock the fake runs by. */
@FunctionalInterface
interface FakePause {
    /**
     * Waits.
     *
     * @throws InterruptedException where the fake ends meanwhile
     */
    void pause(Duration duration) throws InterruptedException;
}
