package org.novametal.baremetal.power;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.WantedPower;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.provision.ProvisionListener;
import org.novametal.baremetal.provision.Provisioner;
import org.novametal.baremetal.provision.ScriptedPlan;
import org.novametal.baremetal.step.BmcDirectory;
import org.novametal.baremetal.step.GuardedStep;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.power.PowerOff;
import org.novametal.baremetal.step.power.PowerOn;
import org.novametal.baremetal.step.power.PowerReach;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.baremetal.store.StoreProxy;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.InMemoryBmc;
import org.novametal.bmc.InMemoryBmc.Reading;
import org.novametal.bmc.fleet.PowerPacing;
import org.novametal.bmc.fleet.PowerSweep;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerState;

/** Nodes in a real store whose BMCs are in memory, and a power service over them that counts what it writes. */
final class Fleet implements AutoCloseable {
    private static final Set<String> READS = Set.of("all", "find", "credentials", "unfinished");

    private final Store database;
    private final AtomicInteger writes = new AtomicInteger();
    private final Map<UUID, InMemoryBmc> bmcs = new HashMap<>();
    private final List<Runnable> closing = new ArrayList<>();
    final List<String> told = new CopyOnWriteArrayList<>();
    final Store store;
    BmcDirectory directory = node -> bmc(node.uuid());
    List<NodeRecord> enrolled = List.of();

    /** One process's parts. */
    record Parts(Provisioner provisioner, FleetPower power, PowerService service) {}

    Fleet(Path folder) {
        database = StoreFixture.openNow(folder);
        store = StoreProxy.of(database, (method, call) -> {
            if (!READS.contains(method.getName())) {
                writes.incrementAndGet();
            }
            return call.go();
        });
    }

    int takeWrites() {
        return writes.getAndSet(0);
    }

    InMemoryBmc bmc(UUID node) {
        return Objects.requireNonNull(bmcs.get(node));
    }

    /** Enrols a node; its machine is off, and nobody has looked at it. */
    UUID enrol(Reading reading) {
        int number = bmcs.size();
        UUID uuid = new UUID(4711, number);
        InMemoryBmc bmc = new InMemoryBmc("memory://bmc-" + number, reading);
        bmcs.put(uuid, bmc);
        database.nodes()
                .enrol(StoreFixture.spec(number).toBuilder()
                        .uuid(uuid)
                        .name(new NodeName("node-" + number))
                        .bmc(bmc.address())
                        .build());
        return uuid;
    }

    /** Enrols a node whose machine is on and was last seen and wanted so. */
    UUID enrolOn(Reading reading) {
        UUID uuid = enrol(reading);
        bmc(uuid).put(ChassisPower.ON);
        database.nodes().recordPower(uuid, PowerState.RUNNING, WantedPower.of(PowerState.RUNNING));
        return uuid;
    }

    NodeRecord node(UUID uuid) {
        return database.nodes().find(uuid).orElseThrow();
    }

    Parts start(PowerMismatch mismatch, int tries, InstantSource clock, Step... deployment) {
        Provisioner provisioner = new Provisioner(
                store,
                ScriptedPlan.catalogue(List.of(deployment), List.of(), List.of()),
                InstantSource.system(),
                ProvisionListener.NONE);
        closing.addFirst(provisioner::close);
        PowerReach reach = new PowerReach(directory, PowerPacing.none());
        Duration limit = Duration.ofMillis(100);
        FleetPower power = new FleetPower(
                store.nodes(),
                provisioner,
                new MismatchPolicy(mismatch, tries),
                new FleetPower.Switches(
                        new GuardedStep(new PowerOn("power.back-on", reach, limit)),
                        new GuardedStep(new PowerOff("power.back-off", reach, Duration.ZERO, limit))),
                (node, before, now) -> told.add(node.name() + " " + before + " -> " + now),
                clock);
        closing.addFirst(power::close);
        PowerSweep sweep = new PowerSweep(
                new PowerSweep.Limits(Duration.ofSeconds(30), Duration.ofSeconds(10), 8),
                new Random(7),
                System::nanoTime);
        PowerService service =
                new PowerService(store.nodes(), provisioner, directory, power, sweep, nodes -> enrolled = nodes);
        closing.addFirst(service::close);
        return new Parts(provisioner, power, service);
    }

    /** Puts an instance on the node, by a deployment of whatever steps the provisioner has. */
    UUID beginDeploy(Provisioner provisioner, UUID uuid) {
        InstanceOnNode instance =
                new InstanceOnNode(new InstanceId(new UUID(1, uuid.getLeastSignificantBits())), "web");
        database.nodes().claim(uuid, instance);
        return provisioner.begin(
                node(uuid), OperationKind.DEPLOY, Optional.of(instance.id()), StoreFixture.plainDeploySpec("web"));
    }

    @Override
    public void close() {
        closing.forEach(Runnable::run);
        database.close();
    }
}
