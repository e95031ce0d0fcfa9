package org.novametal.baremetal.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreOptions;
import org.novametal.baremetal.store.sql.SqlStore;
import org.novametal.driver.model.NodeName;

/** Inventories that older programs left with operations under way: this program opens them and goes on. */
class StoredByFormerProgramsTest {
    /** The plans of the program of commit 9f0974e, as its store counted them. */
    private static final List<String> DEPLOY = List.of(
            "boot.check-files",
            "boot.mark-console",
            "network.provisioning",
            "deploy.fetch-image",
            "power.off-before",
            "boot.network",
            "power.ramdisk-on",
            "boot.await-ramdisk",
            "deploy.write-image",
            "deploy.sync-disk",
            "power.off-after",
            "network.tenant",
            "boot.disk",
            "power.instance-on");

    private static final List<String> DELETE = List.of("power.off", "network.tenant-reversed");
    private static final List<String> CLEAN = List.of(
            "boot.check-files",
            "network.provisioning",
            "power.off-before",
            "boot.network",
            "power.ramdisk-on",
            "boot.await-ramdisk",
            "clean.erase-disks",
            "power.off-after",
            "network.provisioning-reversed");

    @TempDir
    Path folder;

    private final Map<NodeName, List<String>> done = new ConcurrentHashMap<>();

    /** Copies the store that a program left: its commit, or the schema that it was the first to write. */
    private void copy(String left) throws Exception {
        for (String file : List.of("nova-metal.db", "secret.key")) {
            String resource = "/org/novametal/baremetal/stores/" + left + "/" + file;
            try (InputStream stream = StoredByFormerProgramsTest.class.getResourceAsStream(resource)) {
                Files.copy(Objects.requireNonNull(stream), folder.resolve(file));
            }
            Files.setPosixFilePermissions(folder.resolve(file), PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Test
    void plansAndPositionsHaveNames() throws Exception {
        copy("9f0974e");
        try (Store store = open()) {
            assertThat(position(store, 1)).contains("deploy.write-image");
            assertThat(position(store, 2)).contains("power.ramdisk-on");
            assertThat(position(store, 3)).contains("deploy.sync-disk");
            assertThat(position(store, 4)).contains("network.tenant-reversed");
            assertThat(position(store, 5)).contains("clean.erase-disks");
            assertThat(position(store, 6)).isEmpty();
            assertThat(position(store, 8)).contains("boot.await-ramdisk");
            assertThat(position(store, 11)).isEmpty();
            assertThat(operation(store, 1).plan().steps()).isEqualTo(DEPLOY);
            assertThat(operation(store, 4).plan().steps()).isEqualTo(DELETE);
            assertThat(operation(store, 5).plan().steps()).isEqualTo(CLEAN);
            assertThat(operation(store, 8).memory()).containsEntry("boot.again", "boot.network");
            assertThat(operation(store, 2).failure().orElseThrow().cause()).isEqualTo(FailureCause.OTHER);
            assertThat(operation(store, 3).failure().orElseThrow().cause()).isEqualTo(FailureCause.CANCEL);
            assertThat(credentials(store, 7)).isEqualTo("password-7");
        }
    }

    @Test
    void everyOperationGoesOnFromWhereItWas() throws Exception {
        copy("9f0974e");
        try (Store store = open();
                Provisioner provisioner = new Provisioner(
                        store,
                        ScriptedPlan.catalogue(steps(DEPLOY), steps(DELETE), steps(CLEAN)),
                        InstantSource.system(),
                        ProvisionListener.NONE)) {
            provisioner.start();

            awaitIdle(store);

            assertThat(done(1)).isEqualTo(run(DEPLOY.subList(8, 14)));
            assertThat(state(store, 1)).isEqualTo(ProvisionState.ACTIVE);
            assertThat(done(2)).isEqualTo(undo(DEPLOY.subList(0, 7)));
            assertThat(state(store, 2)).isEqualTo(ProvisionState.AVAILABLE);
            assertThat(done(3)).isEqualTo(concat(undo(DEPLOY.subList(0, 10)), run(CLEAN)));
            assertThat(state(store, 3)).isEqualTo(ProvisionState.AVAILABLE);
            assertThat(done(4)).isEqualTo(concat(run(DELETE.subList(1, 2)), run(CLEAN)));
            assertThat(state(store, 4)).isEqualTo(ProvisionState.AVAILABLE);
            assertThat(done(5)).isEqualTo(run(CLEAN.subList(6, 9)));
            assertThat(state(store, 5)).isEqualTo(ProvisionState.AVAILABLE);
            assertThat(done(6)).isEmpty();
            assertThat(state(store, 6)).isEqualTo(ProvisionState.CLEAN_FAILED);
            assertThat(done(7)).isEmpty();
            assertThat(state(store, 7)).isEqualTo(ProvisionState.ACTIVE);
            assertThat(done(8)).isEqualTo(run(DEPLOY.subList(7, 14)));
            assertThat(state(store, 10)).isEqualTo(ProvisionState.DEPLOY_FAILED);
            assertThat(node(store, 10).instance()).isPresent();
            assertThat(done(11)).isEmpty();
            assertThat(state(store, 11)).isEqualTo(ProvisionState.ACTIVE);
        }
    }

    /** What programs of schema 5 began: rebuilds, wishes to cancel and to delete, secrets. */
    @Test
    void everyOperationOfSchemaFiveGoesOnFromWhereItWas() throws Exception {
        copy("schema-5");
        List<String> rebuild = Stream.of(
                        List.of("boot.check-files", "deploy.fetch-image", "power.off-before", "network.provisioning"),
                        DEPLOY.subList(5, 14))
                .flatMap(List::stream)
                .toList();
        List<String> clean = CLEAN.stream()
                .map(name -> name.replace("erase-disks", "erase-metadata"))
                .toList();
        OperationCatalogue catalogue = ScriptedPlan.catalogue(Map.of(
                OperationKind.DEPLOY, ScriptedPlan.of(steps(DEPLOY)),
                OperationKind.REBUILD, ScriptedPlan.of(steps(rebuild)),
                OperationKind.DELETE, ScriptedPlan.of(steps(DELETE)),
                OperationKind.CLEAN, ScriptedPlan.of(steps(clean))));
        try (Store store = open();
                Provisioner provisioner =
                        new Provisioner(store, catalogue, InstantSource.system(), ProvisionListener.NONE)) {
            assertThat(store.operations().secrets(operation(store, 1).id()))
                    .hasEntrySatisfying(
                            "admin-password",
                            secret -> assertThat(secret.reveal()).isEqualTo("open-sesame"));

            provisioner.start();

            awaitIdle(store);
            assertThat(done(1)).isEqualTo(run(DEPLOY.subList(8, 14)));
            assertThat(state(store, 1)).isEqualTo(ProvisionState.ACTIVE);
            assertThat(done(2)).isEqualTo(run(rebuild.subList(4, 13)));
            assertThat(state(store, 2)).isEqualTo(ProvisionState.ACTIVE);
            assertThat(node(store, 2).instance()).isPresent();
            assertThat(done(3)).isEqualTo(undo(DEPLOY.subList(0, 3)));
            assertThat(state(store, 3)).isEqualTo(ProvisionState.AVAILABLE);
            assertThat(done(4)).isEqualTo(undo(rebuild.subList(0, 2)));
            assertThat(state(store, 4)).isEqualTo(ProvisionState.ACTIVE);
            assertThat(done(5)).isEqualTo(run(clean.subList(6, 9)));
            assertThat(state(store, 5)).isEqualTo(ProvisionState.AVAILABLE);
            assertThat(done(6)).isEqualTo(concat(run(DELETE.subList(1, 2)), run(clean)));
            assertThat(state(store, 6)).isEqualTo(ProvisionState.AVAILABLE);
            assertThat(done(7)).isEqualTo(undo(DEPLOY.subList(0, 8)));
            assertThat(state(store, 7)).isEqualTo(ProvisionState.AVAILABLE);
            assertThat(done(8)).isEmpty();
            assertThat(state(store, 8)).isEqualTo(ProvisionState.ACTIVE);
        }
    }

    private Store open() {
        return SqlStore.sqlite(
                folder.resolve("nova-metal.db"),
                SecretCipher.ofKeyFile(folder.resolve("secret.key")),
                InstantSource.system(),
                StoreOptions.DEFAULTS);
    }

    private static NodeName name(int number) {
        return new NodeName("node-%02d".formatted(number));
    }

    private static NodeRecord node(Store store, int number) {
        return store.nodes().find(name(number)).orElseThrow();
    }

    private static ProvisionState state(Store store, int number) {
        return node(store, number).state();
    }

    private static OperationRecord operation(Store store, int number) {
        return store.operations()
                .find(node(store, number).operation().orElseThrow())
                .orElseThrow();
    }

    private static Optional<String> position(Store store, int number) {
        return operation(store, number).step();
    }

    private static String credentials(Store store, int number) {
        return store.nodes().credentials(node(store, number).uuid()).password();
    }

    private static void awaitIdle(Store store) throws InterruptedException {
        for (int i = 0; i < 3000 && !store.operations().unfinished().isEmpty(); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(store.operations().unfinished()).isEmpty();
    }

    private List<Step> steps(List<String> names) {
        return names.stream().<Step>map(Noted::new).toList();
    }

    private List<String> done(int number) {
        return done.getOrDefault(name(number), List.of());
    }

    private static List<String> run(List<String> names) {
        return names.stream().map(name -> "run " + name).toList();
    }

    private static List<String> undo(List<String> names) {
        return names.reversed().stream().map(name -> "undo " + name).toList();
    }

    private static List<String> concat(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    /** Notes what is done to which node. */
    private final class Noted implements Step {
        private final String name;

        Noted(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Duration limit() {
            return Duration.ofSeconds(30);
        }

        @Override
        public StepEffect effect() {
            return name.equals("deploy.write-image") ? StepEffect.DISK : StepEffect.NONE;
        }

        @Override
        public StepResult run(StepContext context) {
            return note(context, "run ");
        }

        @Override
        public StepResult undo(StepContext context) {
            return note(context, "undo ");
        }

        private StepResult note(StepContext context, String what) {
            done.computeIfAbsent(context.node().name(), _ -> new CopyOnWriteArrayList<>())
                    .add(what + name);
            return StepResult.DONE;
        }
    }
}
