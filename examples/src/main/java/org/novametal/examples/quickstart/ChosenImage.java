package org.novametal.examples.quickstart;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.novametal.driver.model.ImageMeta;
import org.novametal.examples.quickstart.QuickstartException.Problem;

/**
 * The image that the instances get.
 *
 * @param meta the image as the driver gets it
 * @param folder the folder of a local image, which the driver must be allowed to read
 * @param rawSha256 the SHA-256 that a machine with this image must report, if known beforehand
 */
record ChosenImage(ImageMeta meta, Optional<Path> folder, Optional<String> rawSha256) {
    /** The image that the user named, or a sample image made for this run. The driver checks whether it is usable. */
    static ChosenImage choose(Optional<String> named, WorkFolder work) {
        return named.map(ChosenImage::named).orElseGet(() -> made(work));
    }

    private static ChosenImage named(String name) {
        String lowerCase = name.toLowerCase(Locale.ROOT);
        if (lowerCase.startsWith("http://") || lowerCase.startsWith("https://")) {
            return new ChosenImage(
                    ImageMeta.builder(name).source(url(name)).build(), Optional.empty(), Optional.empty());
        }
        Path file = (lowerCase.startsWith("file:") ? Path.of(url(name)) : Path.of(name)).toAbsolutePath();
        return new ChosenImage(
                ImageMeta.builder(file.toString()).source(file.toUri()).build(),
                Optional.ofNullable(file.getParent()),
                Optional.empty());
    }

    private static URI url(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new QuickstartException(Problem.USAGE, "--image " + text + " is not a URL: " + e.getReason(), e);
        }
    }

    private static ChosenImage made(WorkFolder work) {
        SampleImage sample = SampleImage.write(work.folder("image").resolve("sample.raw"));
        ImageMeta meta = ImageMeta.builder("sample")
                .source(sample.file().toUri())
                .diskFormat("raw")
                .hash("sha256", sample.sha256())
                .build();
        return new ChosenImage(meta, Optional.ofNullable(sample.file().getParent()), Optional.of(sample.sha256()));
    }
}
