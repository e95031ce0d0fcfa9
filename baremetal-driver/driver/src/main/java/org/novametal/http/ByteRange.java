package org.novametal.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a file as the {@code Range} header requests it (RFC 9110 §14).
 *
 * @param first the offset of the first byte
 * @param length how many bytes, at least one
 */
record ByteRange(long first, long length) {
    private static final Pattern ONE_RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /** The meaning of a Range header for a file of a certain length. */
    sealed interface Asked {
        /** The whole file: the header has no range, several, or one that cannot be parsed. */
        record Whole() implements Asked {}

        /** One part of the file. */
        record Part(ByteRange range) implements Asked {}

        /** A part outside of the file. */
        record Outside() implements Asked {}
    }

    static Asked parse(Optional<String> header, long fileLength) {
        Matcher matcher = ONE_RANGE.matcher(header.orElse("").replace(" ", ""));
        if (!matcher.matches()
                || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
            return new Asked.Whole();
        }
        if (matcher.group(1).isEmpty()) {
            long suffix = Math.min(Long.parseLong(matcher.group(2)), fileLength);
            return suffix == 0 ? new Asked.Outside() : new Asked.Part(new ByteRange(fileLength - suffix, suffix));
        }
        long first = Long.parseLong(matcher.group(1));
        long last = matcher.group(2).isEmpty() ? fileLength - 1 : Long.parseLong(matcher.group(2));
        if (!matcher.group(2).isEmpty() && last < first) {
            return new Asked.Whole();
        }
        if (first >= fileLength) {
            return new Asked.Outside();
        }
        return new Asked.Part(new ByteRange(first, Math.min(last, fileLength - 1) - first + 1));
    }

    String contentRange(long fileLength) {
        return "bytes " + first + "-" + (first + length - 1) + "/" + fileLength;
    }
}
