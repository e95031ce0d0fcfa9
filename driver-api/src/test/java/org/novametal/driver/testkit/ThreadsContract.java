package org.novametal.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.novametal.driver.host.DriverEvent;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.PowerOffRequest;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.RebootRequest;
import org.novametal.driver.model.RebootRequest.RebootType;

/** Many callers at once, and callers from inside an event. */
abstract class ThreadsContract extends DriverContract {
    ThreadsContract(Fixtures fixtures) {
        super(fixtures);
    }

    // nova/compute/manager.py#build_and_run_instance runs builds of different instances at once, each on its own
    // thread.
    @Test
    void spawnsOfDifferentInstancesAreUnderWayAtOnce() throws Exception {
        Instance first = newInstanceOn(node(0));
        Instance second = newInstanceOn(node(1));
        Background firstSpawn = heldSpawn(first);
        Background secondSpawn = heldSpawn(second);

        assertThat(firstSpawn.isDone()).isFalse();
        fixture.releaseDeploys();
        firstSpawn.succeeds();
        secondSpawn.succeeds();
        assertRunsOn(node(0), first);
        assertRunsOn(node(1), second);
    }

    // nova/compute/manager.py#update_available_resource, #_sync_power_states: periodic tasks read while builds run.
    @Test
    void readingsAnswerWhileASpawnIsUnderWay() throws Exception {
        Instance running = spawnedOn(node(1));
        Instance coming = newInstanceOn(node(0));
        Background spawn = heldSpawn(coming);

        start("readings", () -> {
                    assertThat(driver.getNodenamesByUuid(Freshness.LIVE).values())
                            .containsExactlyInAnyOrderElementsOf(fixture.nodes());
                    assertThat(driver.getAvailableResource(node(0)).instance()).contains(coming.id());
                    assertThat(driver.getInfo(coming, Freshness.CACHED).state()).isNotNull();
                    assertRunsOn(node(1), running);
                })
                .succeeds();
        assertThat(spawn.isDone()).isFalse();
        fixture.releaseDeploys();
        spawn.succeeds();
    }

    // nova/compute/manager.py holds a lock for each instance UUID around power_off; here the driver puts the calls in
    // order.
    @Test
    void aPowerOffDuringASpawnComesAfterIt() throws Exception {
        Instance instance = newInstanceOn(node(0));
        Background spawn = heldSpawn(instance);
        Background powerOff = start("power off", () -> driver.powerOff(CONTEXT, PowerOffRequest.hard(instance)));
        fixture.releaseDeploys();

        spawn.succeeds();
        powerOff.succeeds();
        assertThat(power(instance)).isEqualTo(PowerState.SHUTDOWN);
    }

    // nova/compute/manager.py holds a lock for each instance UUID; here the driver puts the calls in order.
    @Test
    void powerCallsOfOneInstanceAtOnceAllSucceed() throws Exception {
        Instance instance = spawnedOn(node(0));
        List<Background> calls = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            calls.add(start("power off", () -> driver.powerOff(CONTEXT, PowerOffRequest.hard(instance))));
            calls.add(start("power on", () -> driver.powerOn(CONTEXT, instance)));
            calls.add(start("reboot", () -> driver.reboot(CONTEXT, new RebootRequest(instance, RebootType.HARD))));
        }

        for (Background call : calls) {
            call.succeeds();
        }
        start("power on", () -> driver.powerOn(CONTEXT, instance)).succeeds();
        assertRunsOn(node(0), instance);
    }

    // nova/compute/manager.py#handle_events calls the driver from inside the event's callback (get_power_state).
    @Test
    void theHostMayReadFromInsideAnEvent() throws Exception {
        Instance instance = newInstanceOn(node(0));
        Queue<Integer> nodeCounts = new ConcurrentLinkedQueue<>();
        fixture.host().listen(event -> {
            nodeCounts.add(driver.getNodenamesByUuid(Freshness.LIVE).size());
            driver.listInstanceUuids();
            if (event instanceof DriverEvent.NodeEvent happened) {
                driver.getAvailableResource(happened.node());
            }
        });

        startSpawn(instance).succeeds();
        fixture.host()
                .await(
                        "a state change of node " + node(0),
                        fixture.limit(),
                        event -> event instanceof DriverEvent.NodeStateChanged changed
                                && changed.node().equals(node(0)));
        startDestroy(instance).succeeds();

        Eventually.holds("the host has read from inside an event", fixture.limit(), () -> !nodeCounts.isEmpty());
        assertThat(nodeCounts).containsOnly(fixture.nodes().size());
    }

    // nova/virt/driver.py#emit_event: "the callback must not block": a driver that held a lock here would wait for
    // itself.
    @Test
    void theHostMayDestroyAnotherInstanceFromInsideAnEvent() throws Exception {
        Instance old = spawnedOn(node(1));
        AtomicBoolean begun = new AtomicBoolean();
        AtomicBoolean done = new AtomicBoolean();
        fixture.host().listen(event -> {
            if (event instanceof DriverEvent.NodeEvent happened
                    && happened.node().equals(node(0))
                    && begun.compareAndSet(false, true)) {
                try {
                    driver.destroy(CONTEXT, DestroyRequest.of(old));
                    done.set(true);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        });

        Instance fresh = spawnedOn(node(0));

        Eventually.holds("the destroy from inside an event has returned", fixture.limit(), done::get);
        assertRunsOn(node(0), fresh);
        assertNothingIsLeft(node(1), old);
    }
}
