package org.novametal.baremetal.step.deploy;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.DeploySpec;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Failed;
import org.novametal.configdrive.ConfigDriveImage;
import org.novametal.image.ImageChecksum;
import org.novametal.image.ImageException;
import org.novametal.image.ImageProgress;
import org.novametal.image.ImageRequest;
import org.novametal.image.ImageService;
import org.novametal.image.PreparedImage;
import org.novametal.openstack.Glance;
import org.novametal.openstack.GlanceImage;
import org.novametal.openstack.GlanceImage.Md5;
import org.novametal.text.ForeignText;

/**
 * Prepares the image to be written: fetches it, verifies it, converts it to raw, and checks that it fits on the node's disk.
 * There is nothing to undo: the image stays in the cache.
 */
public final class FetchImage implements Step {
    /** The name of the step. */
    static final String NAME = "deploy.fetch-image";

    private static final long GIB = 1024L * 1024 * 1024;

    /** The partition that the agent makes for a config drive at the end of the disk, and the room before it. */
    private static final long CONFIG_DRIVE_BYTES = ConfigDriveImage.MAX_BYTES + (2L << 20);

    private final ImageService images;
    private final Optional<Glance> glance;
    private final Md5 md5;
    private final int maxGb;
    private final Duration limit;

    /**
     * Makes the step.
     *
     * @param glance where images of Glance are, if it is configured
     * @param md5 whether the MD5 of an image of Glance counts as its checksum when there is no other
     * @param maxGb the largest image that is accepted for any node, GiB
     * @param limit how long the step may take in all
     */
    public FetchImage(ImageService images, Optional<Glance> glance, Md5 md5, int maxGb, Duration limit) {
        this.images = images;
        this.glance = glance;
        this.md5 = md5;
        this.maxGb = maxGb;
        this.limit = limit;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration limit() {
        return limit;
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        try {
            PreparedImage image = images.prepare(request(context), progress -> report(context, progress));
            ReadyImage.of(image).remember(context);
            return StepResult.DONE;
        } catch (ImageException e) {
            FailureCause cause = switch (e.reason().fault()) {
                case IMAGE -> FailureCause.IMAGE;
                case SOURCE, HOST -> FailureCause.IMAGE_SOURCE;
            };
            return new Failed(cause, e.getMessage());
        }
    }

    private static void report(StepContext context, ImageProgress progress) {
        if (progress.place().isPresent()) {
            context.waitsForTurn(progress.place().get().toString());
        } else {
            progress.fraction().ifPresent(context::progress);
        }
    }

    private ImageRequest request(StepContext context) throws InterruptedException {
        DeploySpec spec = context.input(DeploySpec.class).withSecrets(context.secrets());
        Optional<ImageChecksum> checksum = spec.hashAlgorithm()
                .flatMap(algorithm ->
                        spec.hashValue().map(value -> new ImageChecksum(ImageChecksum.Algorithm.of(algorithm), value)));
        long diskBytes = context.node().hardware().localGb() * GIB
                - spec.configDrive().map(_ -> CONFIG_DRIVE_BYTES).orElse(0L);
        long maxBytes = Math.min(diskBytes, maxGb * GIB);
        if (Glance.isIn(spec.imageSource())) {
            return ofGlance(context.node(), spec.imageSource(), checksum, maxBytes);
        }
        return new ImageRequest(spec.imageSource(), spec.diskFormat(), checksum, spec.imageSizeBytes(), maxBytes);
    }

    /** Glance's declarations count, not those of the request: Nova passes an MD5 and a format that may be older. */
    private ImageRequest ofGlance(NodeRecord node, URI source, Optional<ImageChecksum> checksum, long maxBytes)
            throws InterruptedException {
        Glance access = glance.orElseThrow(() -> new ImageException(
                ImageException.Reason.NOT_AUTHORIZED,
                "image " + ForeignText.line(source.toString())
                        + " is in Glance, which is not configured; set [glance] auth_type and its credentials"));
        GlanceImage image = access.image(Glance.idIn(source));
        requireFits(image, node);
        ImageRequest request = access.request(image, md5, maxBytes);
        checksum.filter(wanted -> !request.checksum().equals(Optional.of(wanted)))
                .ifPresent(wanted -> {
                    throw new ImageException(
                            ImageException.Reason.CHECKSUM_MISMATCH,
                            "image " + image.id() + ": the request expects " + wanted + ", and Glance declares "
                                    + request.checksum()
                                            .map(ImageChecksum::toString)
                                            .orElse("none")
                                    + "; leave the checksum out, Glance's is verified");
                });
        return request;
    }

    private static void requireFits(GlanceImage image, NodeRecord node) {
        if (image.minDiskGb() > node.hardware().localGb()
                || image.minRamMb() > node.hardware().memoryMb()) {
            throw new ImageException(
                    ImageException.Reason.TOO_LARGE,
                    "image " + image.id() + " needs a disk of " + image.minDiskGb() + " GiB and " + image.minRamMb()
                            + " MiB of memory, says Glance; node " + node.name() + " has "
                            + node.hardware().localGb() + " GiB and "
                            + node.hardware().memoryMb() + " MiB");
        }
    }
}
