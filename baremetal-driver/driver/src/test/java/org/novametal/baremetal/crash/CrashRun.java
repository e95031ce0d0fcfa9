package org.novametal.baremetal.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.FakeCloud;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.store.Store;
import org.novametal.bmc.PowerAction;

/** Runs operations on the first node of a cloud in a host that dies meanwhile, and checks what is left after each. */
final class CrashRun implements AutoCloseable {
    private static final int MOST = 1000;

    private final FakeCloud cloud;
    private final Store store;
    private final AtRest rest;
    private @Nullable HostProcess host;
    private AtRest.Disk disk = AtRest.Disk.ANY;

    CrashRun(FakeCloud cloud, Store store) {
        this.cloud = cloud;
        this.store = store;
        this.rest = new AtRest(cloud, store);
    }

    private HostProcess host() throws Exception {
        HostProcess present = host;
        if (present == null) {
            present = HostProcess.start(cloud);
            host = present;
        }
        return present;
    }

    /** Runs the verb to its end, and returns how many commits that took. */
    int undisturbed(LifeVerb verb) throws Exception {
        prepare(verb);
        HostProcess running = host();
        running.count();
        assertThat(running.run(verb)).as("%s", verb).isEqualTo(HostProcess.End.DONE);
        int commits = running.written();
        finished(verb, verb + " without a death");
        return commits;
    }

    /** Runs the verb in a host that dies right after that commit, and then in the next host. Returns how often it died: 0 or 1. */
    int killedAfter(LifeVerb verb, int commit) throws Exception {
        prepare(verb);
        Set<UUID> known = operations();
        HostProcess running = host();
        running.arm(commit);
        String when = verb + " that dies after commit " + commit;
        if (running.run(verb) == HostProcess.End.DONE) {
            // This time it took fewer commits.
            running.count();
            finished(verb, when);
            return 0;
        }
        assertThat(running.wasKilled()).as(when).isTrue();
        again(verb, known, when);
        return 1;
    }

    /** Runs the verb in a host that is killed that long after its begin, and then in the next host. */
    int killedIn(LifeVerb verb, Duration after) throws Exception {
        prepare(verb);
        Set<UUID> known = operations();
        HostProcess running = host();
        running.begin(verb);
        TimeUnit.MILLISECONDS.sleep(after.toMillis()); // the random moment
        running.kill();
        again(verb, known, verb + " that is killed after " + after);
        return 1;
    }

    private void again(LifeVerb verb, Set<UUID> known, String when) throws Exception {
        host = null;
        HostProcess next = host();
        rest.await();
        List<OperationRecord> begun = newer(known);
        assertThat(begun)
                .as("%s: what it had begun", when)
                .allMatch(operation -> operation.status() == OperationStatus.SUCCEEDED);
        NodeRecord node = rest.node();
        if (begun.isEmpty() || node.state() != verb.to()) {
            assertThat(node.state()).as("%s: the node", when).isEqualTo(verb.from());
            assertThat(next.run(verb)).as("%s, once more", when).isEqualTo(HostProcess.End.DONE);
        }
        finished(verb, when);
    }

    private void prepare(LifeVerb verb) {
        if (verb == LifeVerb.ADOPT) {
            cloud.rack().slots().getFirst().machine().control(PowerAction.ON);
        }
    }

    private void finished(LifeVerb verb, String when) throws Exception {
        disk = switch (verb) {
            case SPAWN, REBUILD -> AtRest.Disk.IMAGE;
            case DESTROY, CLEAN -> AtRest.Disk.ERASED;
            case RESCUE, UNRESCUE, MANAGE, INSPECT, ADOPT -> disk;
        };
        rest.check(when, verb.to(), disk);
    }

    private Set<UUID> operations() {
        Set<UUID> ids = new HashSet<>();
        store.operations().ofNode(rest.node().uuid(), MOST).forEach(operation -> ids.add(operation.id()));
        return ids;
    }

    private List<OperationRecord> newer(Set<UUID> known) {
        return store.operations().ofNode(rest.node().uuid(), MOST).stream()
                .filter(operation -> !known.contains(operation.id()))
                .toList();
    }

    @Override
    public void close() {
        if (host != null) {
            host.close();
        }
    }
}
