package org.novametal.baremetal.console;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.novametal.agent.AgentToken;
import org.novametal.bmc.console.ConsoleFilter;

/**
 * Blanks agent tokens, and secret parts of images' URLs, before a console's output is written. It holds back what may be the
 * beginning of one; everything else is passed on at once. A long word at the beginning of the output, or after a part that is
 * missing, may be the rest of one, and is blanked too. Not thread-safe.
 */
final class TokenFilter implements ConsoleFilter {
    /** The rest of a token that is long enough to matter: less than half of its bits are missing. */
    private static final Pattern REST = Pattern.compile("\\A[A-Za-z0-9_-]{20,}");

    /** A text that is one word so far. */
    private static final Pattern ONE_WORD = Pattern.compile("[A-Za-z0-9_-]{1,256}");

    /** Each character is a byte. */
    private String held = "";

    /** Whether what is held begins where a part is missing. */
    private boolean isCut = true;

    @Override
    public byte[] changed(byte[] more) {
        String text = held + new String(more, StandardCharsets.ISO_8859_1);
        int decided = isCut && ONE_WORD.matcher(text).matches() ? 0 : AgentToken.decided(text);
        byte[] written = blanked(text.substring(0, decided));
        isCut &= decided == 0;
        held = text.substring(decided);
        return written;
    }

    @Override
    public byte[] held() {
        return blanked(held);
    }

    @Override
    public byte[] interrupted() {
        byte[] written = held();
        held = "";
        isCut = true;
        return written;
    }

    private byte[] blanked(String text) {
        String whole = isCut ? REST.matcher(text).replaceFirst("***") : text;
        return AgentToken.blanked(whole).getBytes(StandardCharsets.ISO_8859_1);
    }
}
