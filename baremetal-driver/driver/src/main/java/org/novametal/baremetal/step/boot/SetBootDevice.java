package org.novametal.baremetal.step.boot;

import java.time.Duration;
import org.novametal.baremetal.step.BmcDirectory;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootOverride.BootPersistence;

/** Sets the boot device that an operator chose. There is nothing to undo: a step that needs another boot device sets it. */
public final class SetBootDevice implements Step {
    private final BootDeviceSetting setting;
    private final BootDevice device;
    private final BootPersistence persistence;
    private final Duration limit;

    /** Makes the step with the time limit of the BMC. */
    public SetBootDevice(BmcDirectory bmcs, BootDevice device, BootPersistence persistence, Duration limit) {
        this.setting = new BootDeviceSetting(bmcs);
        this.device = device;
        this.persistence = persistence;
        this.limit = limit;
    }

    @Override
    public String name() {
        return "boot.set-device";
    }

    @Override
    public Duration limit() {
        return limit;
    }

    @Override
    public StepEffect effect() {
        return StepEffect.MACHINE;
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        return switch (persistence) {
            case ONCE -> setting.once(context, device);
            case PERSISTENT -> setting.always(context, device);
        };
    }
}
