package org.novametal.fake;

import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import okhttp3.OkHttpClient;

/**
 * Services that fake machines share; their creator also closes them.
 *
 * @param dhcp gives the machines addresses
 * @param http fetches their boot files
 * @param timer schedules delayed tasks
 * @param clock the clock of their agents
 * @param random chooses their agents' pauses; must be safe for several threads
 */
public record FakeSurroundings(
        FakeDhcp dhcp, OkHttpClient http, ScheduledExecutorService timer, InstantSource clock, RandomGenerator random) {
    /** Checks that nothing is null. */
    public FakeSurroundings {
        Objects.requireNonNull(dhcp, "dhcp");
        Objects.requireNonNull(http, "http");
        Objects.requireNonNull(timer, "timer");
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(random, "random");
    }
}
