package org.novametal.baremetal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.store.Store;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.capability.RequestFeature;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.driver.testkit.DriverFixture;

/** The bare-metal driver over fake machines on real sockets, its store in SQLite. */
final class BareMetalDriverFixture implements DriverFixture {
    private static final String FETCH_IMAGE = "deploy.fetch-image";

    private final Path folder;
    private final FakeCloud cloud;
    private final ScriptedDriverHost host = new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system());

    BareMetalDriverFixture() throws Exception {
        folder = Files.createTempDirectory("nova-metal-contract");
        cloud = new FakeCloud(folder, 3);
    }

    @Override
    public ComputeDriver newDriver() {
        return new BareMetalDriver(cloud.conf().build(), host);
    }

    @Override
    public ScriptedDriverHost host() {
        return host;
    }

    @Override
    public List<NodeName> nodes() {
        return cloud.nodeSpecs().stream().map(NodeSpec::name).toList();
    }

    @Override
    public Flavor flavor() {
        return Flavor.builder("metal").vcpus(4).memoryMb(8192).rootGb(1).build();
    }

    @Override
    public ImageMeta image() {
        return ImageMeta.builder("contract-image").source(cloud.imageUrl()).build();
    }

    @Override
    public ImageMeta unacceptableImage() {
        return ImageMeta.builder("missing-image")
                .source(cloud.missingImageUrl())
                .build();
    }

    @Override
    public Set<RequestFeature> honoured() {
        return Set.of(RequestFeature.CONFIG_DRIVE);
    }

    @Override
    public Duration limit() {
        return Duration.ofSeconds(60);
    }

    @Override
    public void breakStore() {
        move(cloud.database(), hidden());
    }

    @Override
    public void mendStore() {
        if (Files.exists(hidden())) {
            move(hidden(), cloud.database());
        }
    }

    private Path hidden() {
        return cloud.database().resolveSibling("nova-metal.db.hidden");
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new IllegalStateException("cannot move " + from, e);
        }
    }

    @Override
    public void holdDeploys() {
        cloud.hold();
    }

    @Override
    public void releaseDeploys() {
        cloud.release();
    }

    @Override
    public void awaitHeldDeploy(NodeName node) throws InterruptedException {
        for (int i = 0; i < 600; i++) {
            if (cloud.heldDownloads() > 0 && fetchesImage(node)) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new IllegalStateException("no deployment of " + node + " stands at the hold");
    }

    private boolean fetchesImage(NodeName name) {
        try (Store store = cloud.openStore()) {
            Optional<NodeRecord> node = store.nodes().find(name);
            return node.flatMap(NodeRecord::operation)
                    .flatMap(store.operations()::find)
                    .flatMap(OperationRecord::step)
                    .filter(FETCH_IMAGE::equals)
                    .isPresent();
        } catch (Exception e) {
            throw new IllegalStateException("cannot look into the store", e);
        }
    }

    @Override
    public void failNextDeploy() {
        cloud.failNextDownload();
    }

    @Override
    public void removeNode(NodeName node) throws Exception {
        try (Store store = cloud.openStore()) {
            new Enrolment(store.nodes()).delete(node);
        }
    }

    @Override
    public void close() throws Exception {
        cloud.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
