package org.novametal.bmc.redfish;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The ways to name the version of a resource in {@code If-Match}. Services differ in what they take back: the header {@code
 * ETag}, the {@code @odata.etag} of the body, either without the mark of a weak tag, without a second pair of quotes or without
 * what a compressing proxy appended, or no version at all. The way that a service took is tried first the next time. Owned by
 * the thread that makes the current call.
 *
 * <p>Source: DSP0266 §6.5, RFC 9110 §8.8.3 and §13.1.1.
 */
final class EntityTags {
    private static final List<String> OF_PROXIES = List.of("-gzip", ";gzip", "--gzip");

    /** Limit of a tag's length; a longer one is not sent back. */
    private static final int LONGEST_TAG = 1000;

    private Form preferred = Form.HEADER;

    /** A way to name the version. */
    enum Form {
        /** As in the header. */
        HEADER,
        /** As in the body. */
        BODY,
        /** One pair of quotes, and without a proxy's suffix. */
        PLAIN,
        /** As {@link #PLAIN}, as a strong tag. */
        STRONG,
        /** No {@code If-Match}. */
        NONE,
        /** Any version: {@code *}. */
        ANY
    }

    /**
     * A value of {@code If-Match}.
     *
     * @param value empty for no {@code If-Match}
     */
    record Tag(Form form, Optional<String> value) {}

    /** The values to try for a version of a resource, in order, each once. */
    List<Tag> of(RedfishAnswer version) {
        Optional<String> header = version.header("ETag").filter(EntityTags::isUsable);
        Optional<String> body =
                RedfishAnswer.text(version.body().path("@odata.etag")).filter(EntityTags::isUsable);
        Set<Tag> tags = new LinkedHashSet<>();
        tags.add(tag(preferred, header, body));
        for (Form form : Form.values()) {
            tags.add(tag(form, header, body));
        }
        Set<Optional<String>> seen = new LinkedHashSet<>();
        return tags.stream()
                .filter(tag -> tag.value().isPresent() || tag.form() == Form.NONE || !hasTag(header, body))
                .filter(tag -> seen.add(tag.value()))
                .toList();
    }

    /** Remembers the way that the service took. */
    void took(Tag tag) {
        preferred = tag.form();
    }

    private static boolean hasTag(Optional<String> header, Optional<String> body) {
        return header.isPresent() || body.isPresent();
    }

    private static Tag tag(Form form, Optional<String> header, Optional<String> body) {
        Optional<String> either = header.or(() -> body);
        return new Tag(
                form,
                switch (form) {
                    case HEADER -> either;
                    case BODY -> body;
                    case PLAIN -> either.map(EntityTags::plain);
                    case STRONG -> either.map(EntityTags::plain).map(tag -> tag.replaceFirst("^W/", ""));
                    case NONE -> Optional.empty();
                    case ANY -> Optional.of("*");
                });
    }

    /** An empty tag, a very long one, or one that no header can hold, is not sent back. */
    private static boolean isUsable(String tag) {
        return tag.length() <= LONGEST_TAG && !tag.isBlank() && RedfishAccess.fitsAHeader(tag);
    }

    /** {@code "W/'gen-1'"}, {@code 'W/"gen-1"'} and {@code ""gen-1-gzip""} as {@code W/"gen-1"} and {@code "gen-1"}. */
    private static String plain(String tag) {
        String rest = unquoted(tag.strip());
        boolean isWeak = rest.startsWith("W/");
        String opaque = unquoted(isWeak ? rest.substring(2) : rest);
        for (String suffix : OF_PROXIES) {
            opaque = opaque.endsWith(suffix) ? opaque.substring(0, opaque.length() - suffix.length()) : opaque;
        }
        return (isWeak ? "W/" : "") + '"' + opaque + '"';
    }

    private static String unquoted(String text) {
        int begin = 0;
        int end = text.length();
        while (end - begin >= 2
                && (text.charAt(begin) == '"' || text.charAt(begin) == '\'')
                && text.charAt(end - 1) == text.charAt(begin)) {
            begin++;
            end--;
        }
        return text.substring(begin, end);
    }
}
