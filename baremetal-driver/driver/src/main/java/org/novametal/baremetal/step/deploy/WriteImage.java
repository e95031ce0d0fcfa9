package org.novametal.baremetal.step.deploy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.novametal.agent.AgentCommand;
import org.novametal.agent.AgentNode;
import org.novametal.agent.AgentPort;
import org.novametal.agent.CommandResult;
import org.novametal.agent.ImageInfo;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.operation.DeploySpec;
import org.novametal.baremetal.step.OnRamdisk;
import org.novametal.baremetal.step.Ramdisk;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult;
import org.novametal.driver.model.Secret;
import org.novametal.image.ImageService;

/**
 * Makes the ramdisk write the image to the node's disk. An image that reached the ramdisk damaged is fetched and written once
 * more, because a disk may have lost bytes of the cached file. Only a cleaning undoes this step.
 */
public final class WriteImage implements Step {
    /** The agent's name for an image whose bytes are not those of its checksum. */
    private static final String WRONG_BYTES = "ImageChecksumError";

    /** Key that is present when the image was fetched again. */
    private static final String FETCHED_AGAIN = "deploy.write-image.fetched-again";

    private final Ramdisk ramdisk;
    private final ImageService images;
    private final BiFunction<UUID, Secret, URI> imageUrl;
    private final Duration limit;

    /**
     * Makes the step.
     *
     * @param images has the image
     * @param imageUrl gives the URL of the image for a node, from the part of it that only the node's ramdisk is to know
     * @param limit how long the writing may take
     */
    public WriteImage(Ramdisk ramdisk, ImageService images, BiFunction<UUID, Secret, URI> imageUrl, Duration limit) {
        this.ramdisk = ramdisk;
        this.images = images;
        this.imageUrl = imageUrl;
        this.limit = limit;
    }

    @Override
    public String name() {
        return "deploy.write-image";
    }

    @Override
    public Duration limit() {
        return limit;
    }

    @Override
    public StepEffect effect() {
        return StepEffect.DISK;
    }

    @Override
    public StepResult run(StepContext context) {
        ReadyImage image = ReadyImage.recall(context)
                .orElseThrow(() -> new IllegalStateException("the image was not prepared before"));
        AgentNode node = Ramdisk.node(context.node());
        List<AgentPort> ports = Ramdisk.ports(context);
        return ramdisk.seeThrough(
                context,
                name(),
                AgentCommand.getDeploySteps(node, ports),
                steps -> Optional.of(AgentCommand.writeImage(node, ports, info(context, image), steps.versions())),
                failure -> fetchAgain(context, image, failure));
    }

    /** Goes back to fetch the image again, once, when its bytes were wrong or the cached file cannot be sent any more. */
    private Optional<StepResult> fetchAgain(StepContext context, ReadyImage image, CommandResult.Failure failure) {
        boolean deleted = images.deleteIfDamaged(image.file(), image.checksum());
        if (context.recall(FETCHED_AGAIN).isPresent()
                || !(deleted || failure.type().equals(WRONG_BYTES))) {
            return Optional.empty();
        }
        return Optional.of(OnRamdisk.backTo(
                context,
                FetchImage.NAME,
                FETCHED_AGAIN,
                "the image reached the ramdisk damaged (" + failure.type() + "); "
                        + (deleted
                                ? "the cached file was damaged or missing, and is fetched again"
                                : "the cached file is as it must be, and is sent again")));
    }

    private ImageInfo info(StepContext context, ReadyImage image) {
        UUID node = context.node().uuid();
        Secret secret = context.agent()
                .flatMap(AgentRecord::imageSecret)
                .orElseThrow(() -> new IllegalStateException("the ramdisk of node " + node + " has no image secret"));
        return new ImageInfo(
                context.input(DeploySpec.class).imageId(),
                List.of(imageUrl.apply(node, secret)),
                image.checksum(),
                node,
                context.secret(DeploySpec.CONFIG_DRIVE).map(Secret::reveal));
    }
}
