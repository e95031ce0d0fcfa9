package org.novametal.image;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Decides which local files may be images: only those whose real path, with all links followed, is in an allowed folder. */
final class ImageFolders {
    private ImageFolders() {}

    /**
     * The real path of the file that a {@code file:} request names.
     *
     * @throws ImageException with {@code FOLDER_NOT_ALLOWED} when the path is outside of the allowed folders, whether the
     *     file exists or not; with {@code NOT_FOUND} when there is no such file, or it is not a regular file
     */
    static Path requireAllowed(ImageRequest request, List<Path> folders) {
        String image = "image " + request.sourceForMessages();
        Path named = path(request.source(), image).toAbsolutePath().normalize();
        Path real;
        try {
            real = named.toRealPath();
        } catch (IOException e) {
            // Outside of the folders, not even the existence of a file is revealed.
            if (folders.stream()
                    .anyMatch(folder -> named.startsWith(folder.toAbsolutePath().normalize()))) {
                throw new ImageException(ImageException.Reason.NOT_FOUND, image + ": there is no such file", e);
            }
            throw notAllowed(image, folders);
        }
        if (folders.stream().noneMatch(folder -> isWithin(real, folder))) {
            throw notAllowed(image, folders);
        }
        if (!Files.isRegularFile(real)) {
            throw new ImageException(ImageException.Reason.NOT_FOUND, image + ": it is not a regular file");
        }
        return real;
    }

    private static Path path(URI source, String image) {
        try {
            return Path.of(source);
        } catch (IllegalArgumentException e) {
            throw new ImageException(
                    ImageException.Reason.NOT_FOUND,
                    image + ": it names no local file (" + e.getMessage() + "); write file:///folder/image.qcow2",
                    e);
        }
    }

    private static boolean isWithin(Path real, Path folder) {
        try {
            return real.startsWith(folder.toRealPath());
        } catch (IOException e) {
            // A folder that does not exist contains no files.
            return false;
        }
    }

    private static ImageException notAllowed(String image, List<Path> folders) {
        return new ImageException(
                ImageException.Reason.FOLDER_NOT_ALLOWED,
                image + ": not within an allowed image folder "
                        + (folders.isEmpty() ? "(none is configured)" : folders)
                        + "; move it there, or add its folder to image_folders");
    }
}
