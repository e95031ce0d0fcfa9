package org.novametal.bmc.loader;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcFactory;

/**
 * A {@link BmcFactory} that cannot be used, or a plug-in folder that cannot be read. The message names the file or class and
 * says what to do.
 */
public final class BmcPluginException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BmcPluginException(String message, @Nullable Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
    }
}
