package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.bmc.BmcFailures.assertFails;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.BmcSettings;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BmcOptions.Privilege;
import org.novametal.bmc.BmcOptions.SessionPolicy;
import org.novametal.bmc.InMemoryBmc;
import org.novametal.bmc.InMemoryBmc.Reading;
import org.novametal.bmc.loader.BmcFactories;

class BmcHandlesTest {
    @TempDir
    Path folder;

    private final List<InMemoryBmc> opened = new ArrayList<>();
    private final List<BmcCredentials> credentials = new ArrayList<>();
    private final List<BmcOptions> options = new ArrayList<>();
    private Optional<Throwable> failure = Optional.empty();
    private Store store;
    private BmcHandles handles;

    @BeforeEach
    void open() {
        store = StoreFixture.openNow(folder);
        handles = new BmcHandles(store.nodes(), BmcFactories.load(List.of(new InMemory())), BmcOptions.DEFAULTS);
    }

    @AfterEach
    void close() {
        handles.close();
        store.close();
    }

    private NodeRecord enrol(int number, BmcCredentials secrets, BmcSettings settings) {
        return store.nodes()
                .enrol(StoreFixture.spec(number).toBuilder()
                        .uuid(new UUID(47, number))
                        .bmc(BmcAddress.parse("memory://bmc-" + number))
                        .credentials(secrets)
                        .settings(settings)
                        .build());
    }

    @Test
    void aHandleIsOpenedOnceWithWhatTheNodeWasEnrolledWith() {
        BmcCredentials secrets = new BmcCredentials("admin", "secret", Optional.of("the BMC's own key"));
        NodeRecord plain = enrol(1, secrets, BmcSettings.NONE);
        NodeRecord particular = enrol(
                2,
                secrets,
                BmcSettings.NONE
                        .withSessionPolicy(SessionPolicy.CLOSE)
                        .withPrivilege(Privilege.ADMINISTRATOR)
                        .withCertificate("ab".repeat(32)));

        assertThat(handles.bmc(plain)).isSameAs(handles.bmc(plain));
        handles.bmc(particular);

        assertThat(opened).hasSize(2);
        assertThat(credentials).containsExactly(secrets, secrets);
        assertThat(options)
                .extracting(BmcOptions::certificateFingerprint)
                .containsExactly(Optional.empty(), Optional.of("ab".repeat(32)));
        assertThat(options)
                .extracting(BmcOptions::privilege)
                .containsExactly(Privilege.OPERATOR, Privilege.ADMINISTRATOR);
        assertThat(options)
                .extracting(BmcOptions::sessionPolicy)
                .containsExactly(BmcOptions.DEFAULTS.sessionPolicy(), SessionPolicy.CLOSE);
    }

    @Test
    void theHandleOfARemovedNodeIsClosedAndForgotten() {
        BmcCredentials secrets = new BmcCredentials("admin", "secret");
        NodeRecord here = enrol(1, secrets, BmcSettings.NONE);
        NodeRecord elsewhere = enrol(2, secrets, BmcSettings.NONE);
        NodeRecord kept = enrol(3, secrets, BmcSettings.NONE);
        handles.bmc(here);
        handles.bmc(elsewhere);
        handles.bmc(kept);

        store.nodes().remove(here.uuid());
        handles.forget(here.uuid());
        assertThat(opened).extracting(InMemoryBmc::isClosed).containsExactly(true, false, false);

        store.nodes().remove(elsewhere.uuid());
        handles.keepOnly(Set.of());
        assertThat(opened)
                .as("a node that was not listed but is there keeps its handle")
                .extracting(InMemoryBmc::isClosed)
                .containsExactly(true, true, false);
    }

    @Test
    void aNodeThatIsEnrolledAgainHasItsNewPassword() {
        NodeRecord first = enrol(1, new BmcCredentials("admin", "old"), BmcSettings.NONE);
        handles.bmc(first);
        store.nodes().remove(first.uuid());

        handles.bmc(enrol(1, new BmcCredentials("admin", "new"), BmcSettings.NONE));

        assertThat(opened).extracting(InMemoryBmc::isClosed).containsExactly(true, false);
        assertThat(credentials).extracting(BmcCredentials::password).containsExactly("old", "new");
    }

    @Test
    void aNodeWhoseBmcCannotBeOpenedIsAFailureOfThatBmcThatNamesTheWayOut() {
        NodeRecord node = enrol(1, new BmcCredentials("admin", "secret"), BmcSettings.NONE);
        failure = Optional.of(new IllegalArgumentException("IPMI password of 30 bytes; at most 20 are allowed"));

        assertFails(Reason.UNSUPPORTED, () -> handles.bmc(node))
                .hasMessageContainingAll("BMC memory://bmc-1", "password of 30 bytes", "correct the BMC address");
        failure = Optional.of(new NoClassDefFoundError("org/example/Gone"));
        assertFails(Reason.PROTOCOL, () -> handles.bmc(node))
                .hasMessageContainingAll("BMC memory://bmc-1", "NoClassDefFoundError: org/example/Gone");
    }

    private final class InMemory implements BmcFactory {
        @Override
        public Set<String> schemes() {
            return Set.of("memory");
        }

        @Override
        public OptionalInt defaultPort(String scheme) {
            return OptionalInt.empty();
        }

        @Override
        public Bmc open(BmcAddress address, BmcCredentials given, BmcOptions asked) {
            switch (failure.orElse(null)) {
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case null, default -> {}
            }
            InMemoryBmc bmc = new InMemoryBmc(address.toString(), Reading.ASKED);
            opened.add(bmc);
            credentials.add(given);
            options.add(asked);
            return bmc;
        }

        @Override
        public void close() {}
    }
}
