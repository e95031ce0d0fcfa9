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
 * One driver under test with its machines and its store: the truth that outlives a driver object.
 *
 * <p>Each test gets its own fixture and closes it. The kit closes every driver that it was given before it closes the
 * fixture. Methods that wait do so within {@link #limit()} and then throw.
 */
public interface DriverFixture {
    /**
     * A new driver over this fixture's truth, {@code initHost} not called, its host {@link #host()}. The kit calls it again
     * after it closed the former driver: the new one is what a restart of the process would make.
     */
    ComputeDriver newDriver() throws Exception;

    /** The compute host of every driver of this fixture. Its name is the one that the kit gives to {@code initHost}. */
    ScriptedDriverHost host();

    /**
     * The nodes, at least three and all free when the fixture is new, with a resource class. Where the driver has {@code
     * ConsoleAccess}, a machine prints something when its instance boots.
     */
    List<NodeName> nodes();

    /** A flavor that every node fits. */
    Flavor flavor();

    /** An image that every node can be given. */
    ImageMeta image();

    /** An image that spawn must refuse with {@code IMAGE_UNACCEPTABLE}: missing, damaged, or not an image. */
    ImageMeta unacceptableImage();

    /** What this driver honours of requests; the kit expects that all else is refused. */
    default Set<RequestFeature> honoured() {
        return Set.of();
    }

    /**
     * How long any single operation, such as a spawn or a destroy with the cleaning that follows it, may take here. Generous:
     * only a hang reaches it.
     */
    Duration limit();

    /** From now on the store does not answer: the database is gone, its file is unreadable, or its host is. */
    void breakStore();

    /** The store answers again, with what it held. */
    void mendStore();

    /**
     * From now on a deployment, of a spawn or a rebuild, stops in the middle, after its node was claimed and before the image
     * is on it.
     */
    void holdDeploys();

    /** Deployments that stopped go on, and later ones do not stop. Does nothing when none was held. */
    void releaseDeploys();

    /**
     * Returns when a deployment on that node stands at the hold.
     *
     * @throws InterruptedException when the thread is interrupted
     */
    void awaitHeldDeploy(NodeName node) throws InterruptedException;

    /**
     * The next deployment fails on its machine, once its node was claimed: a spawn with {@code DEPLOY_FAILED}, a rebuild with
     * {@code REBUILD_FAILED}.
     */
    void failNextDeploy();

    /** Takes a free node away for good, as an operator does who sells the machine. */
    void removeNode(NodeName node) throws Exception;

    /** Ends the machines and removes the store. */
    void close() throws Exception;
}
