package org.novametal.baremetal.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.baremetal.BareMetalDriver;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.FakeCloud;
import org.novametal.baremetal.NodeOperations.Request;
import org.novametal.baremetal.NodeOperations.WithoutHost;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.NodeVerb;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.Store;
import org.novametal.driver.model.HostName;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.driver.testkit.Eventually;

/** A command beside the host dies right after a commit: the next host finds a whole request or none, and no reserved node. */
@Timeout(300)
class KilledCommandTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    /** Another process that requests a deployment, and may withdraw it, and dies meanwhile. */
    static final class Command {
        private Command() {}

        /** Arguments: the cloud's folder, the image's URL, after how many commits to die, {@code withdraw} or none. */
        public static void main(String[] arguments) {
            BareMetalOptions options =
                    BareMetalOptions.from(FakeCloud.conf(Path.of(arguments[0])).build());
            try (BareMetalInventory inventory =
                    BareMetalInventory.open(options, InstantSource.system(), Missing.REFUSE)) {
                boolean withdraw = arguments.length > 3;
                int commits = Integer.parseInt(arguments[2]);
                if (!withdraw) {
                    Commits.dieAfter(commits);
                }
                UUID operation = inventory
                        .operations()
                        .request(new Request(
                                LifeVerb.NODE,
                                NodeVerb.DEPLOY,
                                Map.of(NodeVerb.IMAGE, arguments[1]),
                                Map.of(),
                                "an operator",
                                WithoutHost.QUEUE))
                        .id();
                if (withdraw) {
                    Commits.dieAfter(commits);
                    inventory.operations().cancel(operation, "an operator");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aRequestedDeploymentIsWholeOrNotThere(int commits) throws Exception {
        try (FakeCloud cloud = new FakeCloud(folder, 1)) {
            run(cloud, commits);

            endsFreeOrActive(cloud);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aWithdrawnDeploymentLeavesNoReservation(int commits) throws Exception {
        try (FakeCloud cloud = new FakeCloud(folder, 1)) {
            run(cloud, commits, "withdraw");

            endsFreeOrActive(cloud);
            assertThat(cloud.node(LifeVerb.NODE).state()).isEqualTo(ProvisionState.AVAILABLE);
        }
    }

    private static void endsFreeOrActive(FakeCloud cloud) throws Exception {
        try (BareMetalDriver driver = new BareMetalDriver(
                        cloud.conf().build(),
                        new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system()));
                Store store = cloud.openStore()) {
            driver.initHost(new HostName("compute-0"));
            Eventually.holds(
                    "nothing is requested or unfinished",
                    LIMIT,
                    () -> store.operations().requested().isEmpty()
                            && store.operations().unfinished().isEmpty());
            NodeRecord node = store.nodes().find(LifeVerb.NODE).orElseThrow();
            assertThat(node.state()).isIn(ProvisionState.AVAILABLE, ProvisionState.ACTIVE);
            assertThat(node.instance().isPresent())
                    .as("%s with instance %s", node.state(), node.instance())
                    .isEqualTo(node.state().isHeld());
        }
    }

    private static void run(FakeCloud cloud, int commits, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of(cloud.folder().toString(), cloud.imageUrl().toString(), Integer.toString(commits)));
        arguments.addAll(List.of(more));
        // With more commits than there are, the command ends by itself.
        CountedProgram.isKilled(cloud.folder(), Command.class, arguments, LIMIT);
    }
}
