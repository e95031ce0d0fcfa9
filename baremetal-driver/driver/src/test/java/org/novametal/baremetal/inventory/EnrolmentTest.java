package org.novametal.baremetal.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.novametal.baremetal.store.StoreFixture.refused;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcOptions.Privilege;
import org.novametal.bmc.loader.BmcFactories;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.NodeName;

class EnrolmentTest {
    @TempDir
    Path folder;

    private Store store;
    private Enrolment enrolment;

    @BeforeEach
    void open() {
        store = StoreFixture.open(folder);
        enrolment = new Enrolment(store.nodes());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void anEnrolledNodeIsListedAndShownWithItsPorts() {
        NodeRecord two = enrolment.enrol(StoreFixture.spec(2));
        NodeRecord one = enrolment.enrol(StoreFixture.spec(1));
        assertThat(enrolment.list()).containsExactly(one, two);
        Enrolment.NodeWithPorts shown = enrolment.show(one.name());
        assertThat(shown.node()).isEqualTo(one);
        assertThat(shown.ports()).extracting(PortRecord::mac).containsExactly("52:54:00:00:00:01", "52:54:00:00:01:01");
    }

    @Test
    void aBmcIsTakenAlsoUnderTheOtherSpellingOfItsAddress() {
        try (BmcFactories kinds = BmcFactories.load(List.of())) {
            enrolment = new Enrolment(store.nodes(), new Enrolment.Listener() {}, kindsOf(kinds));

            enrolment.enrol(at("ipmi://bmc.example", 1));
            refused(ErrorCode.NODE_INVALID, () -> enrolment.enrol(at("ipmi://BMC.example:623", 2)))
                    .withMessageContaining("BMC address ipmi://bmc.example:623")
                    .withMessageContaining("is taken by node node-01");

            enrolment.enrol(at("redfish+https://[::1]:443/a", 3));
            refused(ErrorCode.NODE_INVALID, () -> enrolment.enrol(at("redfish+https://[::1]/a", 4)))
                    .withMessageContaining("node-03");
            enrolment.enrol(at("redfish+https://[::1]:444/a", 4));
            assertThat(store.nodes().all()).hasSize(3);
        }
    }

    private static Enrolment.BmcKinds kindsOf(BmcFactories factories) {
        return new Enrolment.BmcKinds() {
            @Override
            public Optional<BmcAddress> otherSpelling(BmcAddress address) {
                return factories.otherSpelling(address);
            }

            @Override
            public Optional<String> refusal(BmcAddress address) {
                return factories.refusal(address);
            }
        };
    }

    @Test
    void aBmcThatNoKindCanOpenIsRefusedUnlessTheNodeHasItAlready() {
        NodeRecord old = enrolment.enrol(at("former://bmc.example", 1));
        try (BmcFactories kinds = BmcFactories.load(List.of())) {
            enrolment = new Enrolment(store.nodes(), new Enrolment.Listener() {}, kindsOf(kinds));

            refused(ErrorCode.NODE_INVALID, () -> enrolment.enrol(at("ftp://10.0.0.2", 2)))
                    .withMessageContaining("node node-02 cannot be enrolled: bmc.address has the scheme 'ftp'")
                    .withMessageContaining("supported are ipmi, ")
                    .withMessageContaining("redfish");
            refused(ErrorCode.NODE_INVALID, () -> enrolment.enrol(at("redfish://[fe80::1%25lo]/x", 2)))
                    .withMessageContaining("has an IPv6 zone");
            enrolment.enrol(at("ipmi://[fe80::1%25lo]", 2));
            NodeRecord changed =
                    enrolment.update(old, spec -> spec.toBuilder().vcpus(9).build());
            assertThat(changed.hardware().vcpus()).isEqualTo(9);
            refused(
                            ErrorCode.NODE_INVALID,
                            () -> enrolment.update(
                                    changed,
                                    spec -> spec.toBuilder()
                                            .bmc(BmcAddress.parse("gopher://bmc.example"))
                                            .build()))
                    .withMessageContaining("cannot be updated: bmc.address has the scheme 'gopher'");
        }
    }

    private static NodeSpec at(String bmc, int number) {
        return StoreFixture.spec(number).toBuilder().bmc(BmcAddress.parse(bmc)).build();
    }

    private Enrolment withListener(Enrolment.Listener listener) {
        return new Enrolment(store.nodes(), listener, Enrolment.BmcKinds.ANY);
    }

    @Test
    void anUnknownNameIsNeitherShownNorDeleted() {
        refused(ErrorCode.NODE_NOT_FOUND, () -> enrolment.show(new NodeName("nobody")))
                .withMessageContaining("'nobody'");
        refused(ErrorCode.NODE_NOT_FOUND, () -> enrolment.delete(new NodeName("nobody")));
    }

    @Test
    void aNodeIsDeletedUnlessItIsInUse() {
        NodeRecord node = enrolment.enrol(StoreFixture.spec(1));
        InstanceOnNode instance = StoreFixture.instance("vm-1");
        store.nodes().claim(node.uuid(), instance);
        refused(ErrorCode.NODE_INVALID, () -> enrolment.delete(node.name()))
                .withMessageContaining("vm-1")
                .withMessageContaining("destroy");
        store.nodes().unclaim(node.uuid(), instance.id());
        enrolment.delete(node.name());
        assertThat(enrolment.list()).isEmpty();
    }

    @Test
    void aNodeIsTakenOutOfUseAndGivenBack() {
        NodeSpec spec = StoreFixture.spec(1);
        enrolment.enrol(spec);

        enrolment.beginMaintenance(spec.name(), "a fan is loud");
        assertThat(enrolment.show(spec.name()).node().maintenance()).contains("a fan is loud");

        enrolment.endMaintenance(spec.name());
        enrolment.endMaintenance(spec.name());
        assertThat(enrolment.show(spec.name()).node().maintenance()).isEmpty();

        assertThatIllegalArgumentException().isThrownBy(() -> enrolment.beginMaintenance(spec.name(), " "));
        refused(ErrorCode.NODE_NOT_FOUND, () -> enrolment.endMaintenance(new NodeName("nobody")));
    }

    @Test
    void allThatIsWrongIsSaidAtOnceAndNothingIsKept() {
        NodeSpec bad = StoreFixture.spec(1).toBuilder()
                .credentials(new BmcCredentials(" ", "secret-word"))
                .cpuArch("")
                .resourceClass(" ")
                .traits(Set.of("fast disk", "COMPUTE_NODE"))
                .consoleLog("console.log")
                .settings(BmcSettings.NONE.withCertificate("ab:cd").withPrivilege(Privilege.USER))
                .build();
        refused(ErrorCode.NODE_INVALID, () -> enrolment.enrol(bad))
                .withMessageContaining("node-01")
                .withMessageContaining("fast disk")
                .withMessageContaining("'COMPUTE_NODE' begins with neither")
                .withMessageContaining("cpu_arch is too short")
                .withMessageContaining("bmc.username is too short")
                .withMessageContaining("'console.log' is neither an absolute path nor sol")
                .withMessageContaining("resource_class is too short")
                .withMessageContaining("bmc.certificate cannot be used")
                .withMessageContaining("bmc.privilege is user, which can only read")
                .satisfies(e -> assertThat(e.toString()).doesNotContain("secret-word"));
        assertThat(enrolment.list()).isEmpty();
    }

    @Test
    void aConsoleComesFromAFileOrByTheBmc() {
        NodeSpec spec = StoreFixture.spec(1).toBuilder().consoleLog("sol").build();

        assertThat(enrolment.enrol(spec).access().console()).contains(new ConsoleSource.SerialOverLan());
        assertThat(enrolment.enrol(StoreFixture.spec(2)).access().console())
                .contains(new ConsoleSource.File(Path.of("/var/log/console/2.log")));
        refused(
                        ErrorCode.NODE_INVALID,
                        () -> enrolment.enrol(StoreFixture.spec(3).toBuilder()
                                .consoleLog("SOL")
                                .build()))
                .withMessageContaining("'SOL' is neither an absolute path nor sol");
    }

    @Test
    void whoListensHearsWhatStandsInTheStore() {
        List<String> heard = new ArrayList<>();
        enrolment = withListener(new Enrolment.Listener() {
            @Override
            public void enrolled(NodeRecord node) {
                heard.add("enrolled " + store.nodes().find(node.uuid()).isPresent());
            }

            @Override
            public void removed(UUID node) {
                heard.add("removed " + store.nodes().find(node).isPresent());
            }
        });

        NodeRecord node = enrolment.enrol(StoreFixture.spec(1));
        refused(ErrorCode.NODE_INVALID, () -> enrolment.enrol(StoreFixture.spec(1)));
        enrolment.delete(node.name());

        assertThat(heard).containsExactly("enrolled true", "removed false");
    }

    @Test
    void aTakenNameIsRefused() {
        enrolment.enrol(StoreFixture.spec(1));
        refused(ErrorCode.NODE_INVALID, () -> enrolment.enrol(StoreFixture.spec(1)))
                .withMessageContaining("taken by node node-01");
    }

    @Test
    void allThatIsWrongWithManyNodesIsSaidAtOnceAndNoneIsKept() {
        refused(
                        ErrorCode.NODE_INVALID,
                        () -> enrolment.enrolAll(List.of(
                                StoreFixture.spec(1),
                                StoreFixture.spec(2).toBuilder().cpuArch(" ").build(),
                                StoreFixture.spec(3).toBuilder()
                                        .traits(Set.of("fast disk"))
                                        .build())))
                .withMessageContaining("node node-02 cannot be enrolled: cpu_arch is too short")
                .withMessageContaining("node node-03 cannot be enrolled")
                .withMessageContaining("fast disk");
        assertThat(enrolment.list()).isEmpty();
    }

    @Test
    void aNodeIsUpdatedByTheRulesOfEnrolment() {
        NodeRecord node = enrolment.enrol(StoreFixture.spec(1));
        refused(
                        ErrorCode.NODE_INVALID,
                        () -> enrolment.update(
                                node,
                                spec -> spec.toBuilder()
                                        .cpuArch(" ")
                                        .traits(Set.of("fast disk"))
                                        .macs(List.of("52:54:00:00:00:01", "52:54:00:00:00:01"))
                                        .build()))
                .withMessageContaining("node node-01 cannot be updated")
                .withMessageContaining("cpu_arch is too short")
                .withMessageContaining("fast disk")
                .withMessageContaining("ports[1].mac 52:54:00:00:00:01 is the MAC address of another port of the node");
        assertThat(enrolment.list()).containsExactly(node);

        NodeRecord updated =
                enrolment.update(node, spec -> spec.toBuilder().memoryMb(32_768).build());
        assertThat(updated.hardware().memoryMb()).isEqualTo(32_768);
        assertThat(store.nodes().credentials(node.uuid()).password()).isEqualTo(StoreFixture.PASSWORD);
        refused(ErrorCode.NODE_INVALID, () -> enrolment.update(node, spec -> spec))
                .withMessageContaining("read it again");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> enrolment.update(updated, spec -> StoreFixture.spec(1)))
                .withMessageContaining("a UUID never changes");
    }
}
