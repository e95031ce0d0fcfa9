package org.novametal.image;

import com.google.common.hash.Hashing;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.novametal.text.UrlText;

/**
 * Which version of an image a source has, so that the source can be asked whether it still has it and still gives it to the
 * one who asks.
 *
 * @param location the digest of the URL with its query and without user and password: a password can be guessed from a digest
 * @param etag the strong entity tag, or for a file a text of the same meaning
 * @param lastModified the value of {@code Last-Modified}
 * @param length how many bytes the image has, -1 when the source does not say
 */
record SourceVersion(String location, Optional<String> etag, Optional<String> lastModified, long length) {
    /** What OkHttp sends in a header field: RFC 9110 also allows bytes beyond ASCII in a tag, which it refuses to send. */
    private static final Pattern SENDABLE = Pattern.compile("[\\x20-\\x7e]{1,1000}");

    /** Drops marks that cannot be sent back to the source, whether a source or a record gave them. */
    SourceVersion {
        etag = etag.filter(SourceVersion::isSendable);
        lastModified = lastModified.filter(SourceVersion::isSendable);
    }

    static SourceVersion of(URI source, Optional<String> etag, Optional<String> lastModified, long length) {
        // A weak tag does not say that the bytes are equal (RFC 9110 §8.8.1).
        return new SourceVersion(location(source), etag.filter(tag -> !tag.startsWith("W/")), lastModified, length);
    }

    /** Whether the source can be asked for this version: it has a strong tag, or the URL and the time are the same. */
    boolean canBeAskedAt(URI source) {
        return etag.isPresent() || (lastModified.isPresent() && location.equals(location(source)));
    }

    /** Whether an answer of the same place shows the same version. */
    boolean isSameAs(SourceVersion answered) {
        if (etag.isPresent() || answered.etag.isPresent()) {
            return etag.equals(answered.etag);
        }
        return lastModified.isPresent()
                && lastModified.equals(answered.lastModified)
                && length >= 0
                && length == answered.length
                && location.equals(answered.location);
    }

    /** A name for the place of an image, fit for a file name: without user, password, query and fragment of its URL. */
    static String place(URI source) {
        return digest(UrlText.withoutSecrets(source));
    }

    private static String location(URI source) {
        return digest(UrlText.withoutSecrets(source) + "?" + source.getRawQuery());
    }

    private static boolean isSendable(String value) {
        return SENDABLE.matcher(value).matches();
    }

    private static String digest(String text) {
        return Hashing.sha256().hashString(text, StandardCharsets.UTF_8).toString();
    }
}
