package org.novametal.baremetal.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;

/** Which refused changes an enrolment reports to its listener. */
class RefusedChangesTest {
    @TempDir
    Path folder;

    private final List<String> reported = new ArrayList<>();
    private Store store;
    private Enrolment enrolment;
    private NodeRecord node;

    @BeforeEach
    void open() {
        store = StoreFixture.open(folder);
        enrolment = new Enrolment(store.nodes(), new Noting(), Enrolment.BmcKinds.ANY);
        node = enrolment.enrol(StoreFixture.spec(1));
        reported.clear();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aRefusedCreationUpdateOrDeletionOfOneNodeIsReported() {
        NodeSpec sameBmc =
                StoreFixture.spec(2).toBuilder().bmc(StoreFixture.spec(1).bmc()).build();
        refused(() -> enrolment.enrol(sameBmc));
        NodeChange outdated = new NodeChange.Update(node.version() + 7, StoreFixture.spec(1), Map.of());
        refused(() -> enrolment.change(List.of(outdated), NodeChange.Mode.WRITE));
        store.nodes()
                .claim(node.uuid(), new InstanceOnNode(InstanceId.of("11111111-2222-3333-4444-555555555555"), "web1"));
        refused(() -> enrolment.delete(node.name()));

        assertThat(reported)
                .containsExactly("no creation of node-02", "no update of node-01", "no deletion of node-01");
    }

    private static void refused(ThrowingCallable change) {
        assertThatThrownBy(change).isInstanceOf(DriverException.class);
    }

    @Test
    void aDryRunAndChangesThatAreMadeTogetherAreNotReported() {
        NodeChange again = NodeChange.create(StoreFixture.spec(1));
        StoreFixture.refused(ErrorCode.NODE_INVALID, () -> enrolment.change(List.of(again), NodeChange.Mode.DRY_RUN));
        StoreFixture.refused(
                ErrorCode.NODE_INVALID, () -> enrolment.enrolAll(List.of(StoreFixture.spec(2), StoreFixture.spec(1))));

        assertThat(reported).isEmpty();
    }

    private final class Noting implements Enrolment.Listener {
        @Override
        public void refused(NodeChange change, Optional<NodeRecord> present) {
            String what = switch (change) {
                case NodeChange.Create _ -> "creation";
                case NodeChange.Update _ -> "update";
            };
            reported.add("no " + what + " of " + change.spec().name());
        }

        @Override
        public void deletionRefused(NodeRecord refused) {
            reported.add("no deletion of " + refused.name());
        }
    }
}
