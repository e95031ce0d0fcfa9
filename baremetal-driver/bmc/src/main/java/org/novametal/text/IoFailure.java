package org.novametal.text;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What a failure of files or streams means, in words for people: a message that has no name of a Java class. */
public final class IoFailure {
    private IoFailure() {}

    /** The reason of a failure, one line that is safe for logs and terminals, such as {@code there is no /etc/nova.conf}. */
    public static String reason(IOException failure) {
        return ForeignText.line(
                switch (failure) {
                    case NoSuchFileException absent -> "there is no " + absent.getFile();
                    case FileNotFoundException absent -> String.valueOf(absent.getMessage());
                    case AccessDeniedException denied -> "this user has no permission for " + denied.getFile();
                    case FileAlreadyExistsException present -> present.getFile() + " exists already";
                    case NotDirectoryException file -> file.getFile() + " is not a folder";
                    case DirectoryNotEmptyException folder -> "the folder " + folder.getFile() + " is not empty";
                    case FileSystemException other -> String.valueOf(other.getMessage());
                    case CharacterCodingException _ -> "it is not text in UTF-8";
                    default -> failure.getMessage() == null ? "an input or output error" : failure.getMessage();
                });
    }
}
