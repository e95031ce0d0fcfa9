package org.novametal.agent;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The secret that the driver shares with an agent until the agent's next boot. {@code toString()} prints stars;
 * {@code equals} takes a time that does not depend on where two tokens differ. Immutable.
 */
public final class AgentToken {
    /** An agent ignores a shorter token. */
    private static final int MINIMUM_LENGTH = 32;

    /** The key, what separates it from its value, and the value; quotes may be escaped, as in JSON within JSON. */
    private static final Pattern IN_TEXT = Pattern.compile(
            "(agent[_-]token(?:\\\\*[\"'])?\\s*(?:=|:|%3D)\\s*(?:b?\\\\*[\"'])?)[^&\\s\"',}\\\\]+",
            Pattern.CASE_INSENSITIVE);

    /** The part of an image's URL that only the agent knows. */
    private static final Pattern IMAGE_IN_TEXT =
            Pattern.compile("(/images/[0-9a-f-]{36}/)[A-Za-z0-9_-]+", Pattern.CASE_INSENSITIVE);

    /** User and password in a URL. */
    private static final Pattern LOGIN_IN_TEXT =
            Pattern.compile("(https?://)[^\\s/?#@\"'\\\\]+(?=@)", Pattern.CASE_INSENSITIVE);

    /** The value of a header with credentials. */
    private static final Pattern HEADER_IN_TEXT = Pattern.compile(
            "(authorization(?:\\\\*[\"'])?\\s*(?:=|:)\\s*(?:b?\\\\*[\"'])?(?:basic|bearer)\\s+)[^\\s\"',}\\\\]+",
            Pattern.CASE_INSENSITIVE);

    private static final List<Pattern> FORMS = List.of(IN_TEXT, IMAGE_IN_TEXT, LOGIN_IN_TEXT, HEADER_IN_TEXT);

    /** More than the longest form of a secret has. */
    private static final int LONGEST = 512;

    private final String value;

    private AgentToken(String value) {
        this.value = value;
    }

    /**
     * Wraps a token.
     *
     * @throws IllegalArgumentException when it is shorter than 32 characters, which an agent would ignore
     */
    public static AgentToken of(String value) {
        if (value.length() < MINIMUM_LENGTH) {
            throw new IllegalArgumentException(
                    "an agent token needs at least " + MINIMUM_LENGTH + " characters, this one has " + value.length());
        }
        return new AgentToken(value);
    }

    /** Wraps a token that an agent sent, of any length; use it only for comparison. */
    static AgentToken claimed(String value) {
        return new AgentToken(value);
    }

    /**
     * A text of a ramdisk or its kernel, with secrets replaced by stars: agent tokens ({@code ipa-agent-token=…} on kernel
     * lines, {@code agent_token=…} in URLs, {@code 'agent_token': '…'} and its like in documents), the secret parts of images'
     * URLs, user and password in URLs and in {@code Authorization}.
     */
    public static String blanked(String text) {
        String blanked = text;
        for (Pattern form : FORMS) {
            blanked = form.matcher(blanked).replaceAll("$1***");
        }
        return blanked;
    }

    /**
     * Where a part of a longer text ends that can be {@linkplain #blanked blanked} already: what follows may be the beginning of
     * a secret whose rest is still to come.
     *
     * @return a position in the text; its length when nothing is open. At most 512 characters are open
     */
    @SuppressWarnings("JdkObsolete") // the text comes in pieces, which hitEnd() is made for
    public static int decided(CharSequence text) {
        for (int at = Math.max(0, text.length() - LONGEST); at < text.length(); at++) {
            for (Pattern form : FORMS) {
                Matcher begun = form.matcher(text).region(at, text.length());
                boolean _ = begun.lookingAt();
                if (begun.hitEnd()) {
                    return at;
                }
            }
        }
        return text.length();
    }

    /** Makes a new token of 256 random bits. */
    public static AgentToken generate(SecureRandom random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return new AgentToken(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** The token's text, for encryption in the store and for requests. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AgentToken that
                && MessageDigest.isEqual(
                        value.getBytes(StandardCharsets.UTF_8), that.value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
