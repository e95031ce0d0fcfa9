package org.novametal.driver.capability;

import org.novametal.driver.model.Instance;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.Secret;
import org.novametal.driver.trace.NovaMethod;

/** Boots an instance's machine into a rescue system, and back into the instance's own system. */
public non-sealed interface InstanceRescue extends DriverCapability {
    /** Boots the rescue system; its user gets the given password. */
    @NovaMethod("rescue")
    void rescue(RequestContext context, Instance instance, Secret password) throws InterruptedException;

    /** Boots the instance's own disk again. */
    @NovaMethod("unrescue")
    void unrescue(RequestContext context, Instance instance) throws InterruptedException;
}
