package org.novametal.baremetal.step.boot;

import java.util.Map;
import java.util.Optional;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.step.BmcDirectory;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Failed;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootDeviceControl;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootPersistence;

/** Sets the boot device of a machine through its BMC, and the boot mode of the node where it has one. */
final class BootDeviceSetting {
    /** Key for the device that the machine was set to boot from last. */
    private static final String DEVICE = "boot.device";

    private final BmcDirectory bmcs;

    BootDeviceSetting(BmcDirectory bmcs) {
        this.bmcs = bmcs;
    }

    /** Whether the machine was set to boot from its disk, according to the memory of the operation that works on it. */
    static boolean isDisk(Map<String, String> memory) {
        return BootDevice.DISK.name().equals(memory.get(DEVICE));
    }

    StepResult once(StepContext context, BootDevice device) throws InterruptedException {
        return set(context, device, BootPersistence.ONCE);
    }

    StepResult always(StepContext context, BootDevice device) throws InterruptedException {
        return set(context, device, BootPersistence.PERSISTENT);
    }

    private StepResult set(StepContext context, BootDevice device, BootPersistence persistence)
            throws InterruptedException {
        Optional<BootDeviceControl> control = bmcs.bmc(context.node()).capability(BootDeviceControl.class);
        if (control.isEmpty()) {
            return new Failed(
                    FailureCause.CONFIG,
                    "the BMC of " + context.node().name() + " at "
                            + context.node().bmc() + " cannot choose a boot device; use a BMC that can");
        }
        context.remember(DEVICE, device.name());
        control.get()
                .setBootOverride(new BootOverride(
                        device, persistence, context.node().settings().bootMode()));
        return StepResult.DONE;
    }
}
