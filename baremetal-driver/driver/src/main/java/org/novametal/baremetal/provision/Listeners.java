package org.novametal.baremetal.provision;

import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls listeners one after the other. An exception of one is logged; neither the other listeners nor the caller notice it.
 *
 * @param all the listeners
 * @param <L> their type
 */
public record Listeners<L>(List<L> all) {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    /** Copies the list. */
    public Listeners {
        all = List.copyOf(all);
    }

    /** Makes a call to each listener. */
    public void each(Consumer<L> call) {
        for (L listener : all) {
            try {
                call.accept(listener);
            } catch (RuntimeException e) {
                LOG.warn("a listener failed; the work that it was notified of, and other listeners, continue", e);
            }
        }
    }
}
