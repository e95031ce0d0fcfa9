package org.novametal.baremetal.inventory;

import java.util.regex.Pattern;

/** Rule for the host names of machines. Source: RFC 1123 §2.1, one label. */
public final class HostNameRule {
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

    private HostNameRule() {}

    /** Whether the text is a valid host name: 1 to 63 letters, digits and inner hyphens. */
    public static boolean isHostName(String text) {
        return LABEL.matcher(text).matches();
    }
}
