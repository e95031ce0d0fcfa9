package org.novametal.baremetal.step.deploy;

import java.time.Duration;
import java.util.Optional;
import org.novametal.baremetal.operation.DeploySpec;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Failed;
import org.novametal.image.ImageChecksum;
import org.novametal.image.ImageException;
import org.novametal.image.ImageProgress;
import org.novametal.image.ImageRequest;
import org.novametal.image.ImageService;
import org.novametal.image.PreparedImage;

/**
 * Prepares the image to be written: fetches it, verifies it, converts it to raw, and checks that it fits on the node's disk.
 * There is nothing to undo: the image stays in the cache.
 */
public final class FetchImage implements Step {
    /** The name of the step. */
    static final String NAME = "deploy.fetch-image";

    private static final long GIB = 1024L * 1024 * 1024;

    private final ImageService images;
    private final int maxGb;
    private final Duration limit;

    /**
     * Makes the step.
     *
     * @param maxGb the largest image that is accepted for any node, GiB
     * @param limit how long the step may take in all
     */
    public FetchImage(ImageService images, int maxGb, Duration limit) {
        this.images = images;
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

    private ImageRequest request(StepContext context) {
        DeploySpec spec = context.input(DeploySpec.class).withSecrets(context.secrets());
        Optional<ImageChecksum> checksum = spec.hashAlgorithm()
                .flatMap(algorithm ->
                        spec.hashValue().map(value -> new ImageChecksum(ImageChecksum.Algorithm.of(algorithm), value)));
        return new ImageRequest(
                spec.imageSource(),
                spec.diskFormat(),
                checksum,
                spec.imageSizeBytes(),
                Math.min(context.node().hardware().localGb(), maxGb) * GIB);
    }
}
