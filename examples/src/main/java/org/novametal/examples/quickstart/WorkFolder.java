package org.novametal.examples.quickstart;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.novametal.examples.quickstart.QuickstartException.Problem;

/**
 * The folder of all files that one run writes, readable only by its user. Closing this object removes the folder,
 * unless it is to be kept.
 */
final class WorkFolder implements AutoCloseable {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path top;
    private final Fate fate;

    private enum Fate {
        REMOVED,
        KEPT
    }

    private WorkFolder(Path top, Fate fate) {
        this.top = top;
        this.fate = fate;
    }

    /**
     * Creates the folder.
     *
     * @param keep the folder to use and keep, which must be empty or not exist; when absent, a temporary folder is used
     */
    static WorkFolder make(Optional<Path> keep) {
        try {
            if (keep.isEmpty()) {
                return new WorkFolder(
                        Files.createTempDirectory("nova-metal-quickstart-", PRIVATE_FOLDER)
                                .toRealPath(),
                        Fate.REMOVED);
            }
            Path folder = keep.get().toAbsolutePath();
            if (Files.exists(folder)) {
                requireEmpty(folder);
            } else {
                Files.createDirectories(folder.getParent() == null ? folder : folder.getParent());
                Files.createDirectory(folder, PRIVATE_FOLDER);
            }
            return new WorkFolder(folder.toRealPath(), Fate.KEPT);
        } catch (IOException e) {
            throw new QuickstartException(Problem.WORK_FOLDER, "cannot create a work folder: " + e, e);
        }
    }

    private static void requireEmpty(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new QuickstartException(
                    Problem.USAGE, "--keep " + folder + " is not a folder; name an empty folder or a new one");
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            if (entries.iterator().hasNext()) {
                throw new QuickstartException(
                        Problem.USAGE, "--keep " + folder + " is not empty; name an empty folder or a new one");
            }
        }
    }

    Path top() {
        return top;
    }

    /** Creates a folder in the work folder. */
    Path folder(String name) {
        try {
            return Files.createDirectory(top.resolve(name), PRIVATE_FOLDER);
        } catch (IOException e) {
            throw new QuickstartException(Problem.WORK_FOLDER, "cannot create the folder " + top.resolve(name), e);
        }
    }

    /** Creates a file with that content in the work folder. */
    Path file(String name, String content) {
        try {
            return Files.writeString(Files.createFile(top.resolve(name), PRIVATE_FILE), content);
        } catch (IOException e) {
            throw new QuickstartException(Problem.WORK_FOLDER, "cannot write the file " + top.resolve(name), e);
        }
    }

    @Override
    public void close() throws IOException {
        if (fate == Fate.REMOVED) {
            Files.walkFileTree(top, new Removal());
        }
    }

    private static final class Removal extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
