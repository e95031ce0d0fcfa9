package org.novametal.text;

import java.net.URI;

/** URLs for logs, messages and stored records: without the parts that may be secrets. */
public final class UrlText {
    private UrlText() {}

    /**
     * The URL without user, password, query and fragment; of an opaque URL only the scheme. The result is not escaped: a
     * message needs {@link ForeignText#line(String)} too.
     *
     * @return a text that {@link URI#create} accepts
     */
    public static String withoutSecrets(URI url) {
        String scheme = url.getScheme() == null ? "" : url.getScheme() + ":";
        if (url.isOpaque()) {
            return scheme + "…";
        }
        // Not getHost(): it is null for a host with an underscore, whose URL may have a password all the same.
        String authority = url.getRawAuthority();
        return scheme
                + (authority == null ? "" : "//" + authority.substring(authority.lastIndexOf('@') + 1))
                + url.getRawPath();
    }
}
