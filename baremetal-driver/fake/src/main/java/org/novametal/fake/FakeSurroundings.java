package org.novametal.fake;

import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import okhttp3.OkHttpClient;

/**
 * What fake machines share; all of it stays its owner's.
 *
 * @param dhcp gives them addresses
 * @param http fetches their boot files
 * @param timer where they wait
 * @param clock what time it is for their agents
 * @param random chooses their agents' pauses; must be safe for several threads
 */
public record FakeSurroundings(
        FakeDhcp dhcp, OkHttpClient http, ScheduledExecutorService timer, InstantSource clock, RandomGenerator random) {
    /** Checks that all are there. */
    public FakeSurroundings {
        Objects.requireNonNull(dhcp, "dhcp");
        Objects.requireNonNull(http, "http");
        Objects.requireNonNull(timer, "timer");
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(random, "random");
    }
}
