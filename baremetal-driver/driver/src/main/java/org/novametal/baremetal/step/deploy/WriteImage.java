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
import org.novametal.agent.ImageInfo;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.operation.DeploySpec;
import org.novametal.baremetal.step.Ramdisk;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult;
import org.novametal.driver.model.Secret;

/** Makes the ramdisk write the image to the node's disk. Only a cleaning undoes this step. */
public final class WriteImage implements Step {
    private final Ramdisk ramdisk;
    private final BiFunction<UUID, Secret, URI> imageUrl;
    private final Duration limit;

    /**
     * Makes the step.
     *
     * @param imageUrl gives the URL of the image for a node, from the part of it that only the node's ramdisk is to know
     * @param limit how long the writing may take
     */
    public WriteImage(Ramdisk ramdisk, BiFunction<UUID, Secret, URI> imageUrl, Duration limit) {
        this.ramdisk = ramdisk;
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
                steps -> Optional.of(AgentCommand.writeImage(node, ports, info(context, image), steps.versions())));
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
                Optional.empty());
    }
}
