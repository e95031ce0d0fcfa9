package org.novametal.driver.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.capability.RequestFeature;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.testing.ScriptedDriverHost;

/**
 * A driver under test with its machines and its store, which outlive a driver object.
 *
 * <p>Each test gets its own fixture and closes it. The kit closes every driver that it was given before it closes the
 * fixture. Methods that wait throw when {@link #limit()} is over.
 */
public interface DriverFixture {
    /**
     * Makes a new driver over this fixture's machines and store, with the host {@link #host()}, without calling {@code
     * initHost}. The kit closes a driver and calls this method again to simulate a restart of the process.
     */
    ComputeDriver newDriver() throws Exception;

    /** The compute host of every driver of this fixture. The kit passes its name to {@code initHost}. */
    ScriptedDriverHost host();

    /**
     * The nodes, at least three and all free when the fixture is new, with a resource class. Where the driver has {@code
     * ConsoleAccess}, a machine prints something when its instance boots.
     */
    List<NodeName> nodes();

    /** A flavor that fits on every node. */
    Flavor flavor();

    /** An image that can be deployed on every node. */
    ImageMeta image();

    /** An image that spawn must refuse with {@code IMAGE_UNACCEPTABLE}: missing, damaged, or not an image. */
    ImageMeta unacceptableImage();

    /** The request features that this driver honours; the kit expects that all others are refused. */
    default Set<RequestFeature> honoured() {
        return Set.of();
    }

    /**
     * How long any single operation, such as a spawn or a destroy with the cleaning that follows it, may take here. The
     * limit should be so long that only a call that hangs reaches it.
     */
    Duration limit();

    /** Makes the store stop answering, as if the database were down or its file unreadable. */
    void breakStore();

    /** Makes the store answer again, with its former content. */
    void mendStore();

    /**
     * Makes later deployments of spawns and rebuilds stop in the middle, after their node was claimed and before the
     * image is on it.
     */
    void holdDeploys();

    /**
     * Lets the stopped deployments continue; later deployments do not stop. Does nothing when deployments are not held.
     */
    void releaseDeploys();

    /**
     * Returns when a deployment on that node has been stopped by {@link #holdDeploys()}.
     *
     * @throws InterruptedException when the thread is interrupted
     */
    void awaitHeldDeploy(NodeName node) throws InterruptedException;

    /**
     * Makes the next deployment fail on its machine, after its node was claimed: a spawn with {@code DEPLOY_FAILED}, a
     * rebuild with {@code REBUILD_FAILED}.
     */
    void failNextDeploy();

    /** Removes a free node for good, like an operator who takes the machine out of service. */
    void removeNode(NodeName node) throws Exception;

    /** Ends the machines and removes the store. */
    void close() throws Exception;
}
