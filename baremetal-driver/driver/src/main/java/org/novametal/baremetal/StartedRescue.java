package org.novametal.baremetal;

import java.util.function.Supplier;
import org.novametal.driver.capability.InstanceRescue;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.Secret;

/** The rescue of a driver's instances, which exists before the driver is started and works after that. */
record StartedRescue(Supplier<InstanceRescue> started) implements InstanceRescue {
    @Override
    public void rescue(RequestContext context, Instance instance, Secret password) throws InterruptedException {
        started.get().rescue(context, instance, password);
    }

    @Override
    public void unrescue(RequestContext context, Instance instance) throws InterruptedException {
        started.get().unrescue(context, instance);
    }
}
