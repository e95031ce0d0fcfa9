package org.novametal.baremetal.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.novametal.baremetal.FakeCloud;
import org.novametal.baremetal.store.Store;

/**
 * A compute host is killed by SIGKILL right after a commit of an operation and started again, for every eighth commit of each
 * operation from a random first one. {@code -Dcrash.every=1} takes all commits, {@code -Dcrash.kills=N} kills N times at random
 * moments, and {@code -Dcrash.seed=N} repeats a run.
 */
@Tag("peers")
@Execution(ExecutionMode.CONCURRENT)
@Timeout(3600)
class CrashPointSweepTest {
    private static final int EVERY = Integer.getInteger("crash.every", 8);
    private static final int KILLS = Integer.getInteger("crash.kills", 10);
    private static final long SEED = Long.getLong("crash.seed", System.nanoTime());

    @TempDir
    Path folder;

    @Test
    void aSpawnAndADestroyEndAsWantedAfterADeathAtAnyCommit() throws Exception {
        sweep(List.of(), List.of(LifeVerb.SPAWN, LifeVerb.DESTROY));
    }

    @Test
    void aRescueItsEndAndARebuildEndAsWantedAfterADeathAtAnyCommit() throws Exception {
        sweep(List.of(LifeVerb.SPAWN), List.of(LifeVerb.RESCUE, LifeVerb.UNRESCUE, LifeVerb.REBUILD));
    }

    @Test
    void anInspectionACleaningAndAnAdoptionEndAsWantedAfterADeathAtAnyCommit() throws Exception {
        sweep(List.of(), List.of(LifeVerb.MANAGE, LifeVerb.INSPECT, LifeVerb.CLEAN, LifeVerb.ADOPT, LifeVerb.DESTROY));
    }

    @Test
    void everyOperationEndsAsWantedAfterADeathAtARandomMoment() throws Exception {
        Random random = random("random moments");
        List<LifeVerb> circle = List.of(
                LifeVerb.SPAWN,
                LifeVerb.RESCUE,
                LifeVerb.UNRESCUE,
                LifeVerb.REBUILD,
                LifeVerb.DESTROY,
                LifeVerb.MANAGE,
                LifeVerb.INSPECT,
                LifeVerb.CLEAN,
                LifeVerb.ADOPT,
                LifeVerb.DESTROY);
        try (FakeCloud cloud = new FakeCloud(folder, 1);
                Store store = cloud.openStore();
                CrashRun run = new CrashRun(cloud, store)) {
            int killed = 0;
            for (int i = 0; killed < KILLS; i++) {
                LifeVerb verb = circle.get(i % circle.size());
                killed += run.killedIn(verb, Duration.ofMillis(random.nextInt(2500)));
            }
            System.out.println("crash sweep: " + killed + " kills at random moments");
        }
    }

    private void sweep(List<LifeVerb> before, List<LifeVerb> circle) throws Exception {
        Random random = random(circle.toString());
        try (FakeCloud cloud = new FakeCloud(folder, 1);
                Store store = cloud.openStore();
                CrashRun run = new CrashRun(cloud, store)) {
            for (LifeVerb verb : before) {
                run.undisturbed(verb);
            }
            Map<LifeVerb, Deque<Integer>> points = new EnumMap<>(LifeVerb.class);
            for (LifeVerb verb : circle) {
                int commits = run.undisturbed(verb);
                assertThat(commits).as("commits of %s", verb).isPositive();
                Deque<Integer> ofVerb = new ArrayDeque<>();
                for (int point = 1 + random.nextInt(EVERY); point <= commits; point += EVERY) {
                    ofVerb.add(point);
                }
                points.put(verb, ofVerb);
                System.out.println(
                        "crash sweep: " + verb + " has " + commits + " commits; it dies after each of " + ofVerb);
            }
            int killed = 0;
            while (points.values().stream().anyMatch(left -> !left.isEmpty())) {
                for (LifeVerb verb : circle) {
                    Integer point = Objects.requireNonNull(points.get(verb)).poll();
                    if (point == null) {
                        run.undisturbed(verb);
                    } else {
                        killed += run.killedAfter(verb, point);
                    }
                }
            }
            System.out.println("crash sweep: " + circle + " died " + killed + " times");
        }
    }

    private static Random random(String what) {
        System.out.println("crash sweep: seed " + SEED + " for " + what);
        return new Random(SEED);
    }
}
