package org.novametal.driver.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.placement.Trait;
import org.novametal.driver.testing.InMemoryComputeDriver;
import org.novametal.driver.testing.InMemoryNode;
import org.novametal.driver.testing.InMemoryNodes;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.driver.testing.SteppedClock;

/** The fixture of the in-memory driver, and an example for other fixtures. */
public final class InMemoryDriverFixture implements DriverFixture {
    private static final List<String> NAMES = List.of("node-0", "node-1", "node-2");

    private final ScriptedDriverHost host =
            new ScriptedDriverHost(new HostName("compute-0"), new SteppedClock(Instant.EPOCH));
    private final InMemoryNodes nodes =
            InMemoryNodes.of(NAMES.stream().map(InMemoryDriverFixture::machine).toList());

    private final UnaryOperator<ComputeDriver> decoration;
    private final UnaryOperator<DriverHost> hostDecoration;
    private final Duration limit;

    /** Three new machines. */
    public InMemoryDriverFixture() {
        this(UnaryOperator.identity());
    }

    /** Three new machines, with a decorator around each driver. */
    public InMemoryDriverFixture(UnaryOperator<ComputeDriver> decoration) {
        this(decoration, UnaryOperator.identity(), Duration.ofSeconds(20));
    }

    InMemoryDriverFixture(
            UnaryOperator<ComputeDriver> decoration, UnaryOperator<DriverHost> hostDecoration, Duration limit) {
        this.decoration = decoration;
        this.hostDecoration = hostDecoration;
        this.limit = limit;
    }

    private static InMemoryNode machine(String name) {
        return InMemoryNode.builder(name)
                .resourceClass(ResourceClass.custom("contract"))
                .traits(Set.of(new Trait("CUSTOM_CONTRACT")))
                .build();
    }

    @Override
    public ComputeDriver newDriver() {
        return decoration.apply(new InMemoryComputeDriver(nodes, hostDecoration.apply(host)));
    }

    @Override
    public ScriptedDriverHost host() {
        return host;
    }

    @Override
    public List<NodeName> nodes() {
        return NAMES.stream().map(NodeName::new).toList();
    }

    @Override
    public Flavor flavor() {
        return Flavor.builder("contract").vcpus(1).memoryMb(1024).rootGb(1).build();
    }

    @Override
    public ImageMeta image() {
        return ImageMeta.builder("contract-image").diskFormat("raw").build();
    }

    @Override
    public ImageMeta unacceptableImage() {
        return ImageMeta.builder("contract-iso").diskFormat("iso").build();
    }

    @Override
    public Duration limit() {
        return limit;
    }

    @Override
    public void breakStore() {
        nodes.breakStore();
    }

    @Override
    public void mendStore() {
        nodes.mendStore();
    }

    @Override
    public void holdDeploys() {
        nodes.holdDeploys();
    }

    @Override
    public void releaseDeploys() {
        nodes.releaseDeploys();
    }

    @Override
    public void awaitHeldDeploy(NodeName node) throws InterruptedException {
        nodes.awaitHeldDeploy(node, limit());
    }

    @Override
    public void failNextDeploy() {
        nodes.failNextDeploy();
    }

    @Override
    public void removeNode(NodeName node) {
        nodes.remove(node);
    }

    @Override
    public void close() {
        nodes.releaseDeploys();
    }
}
