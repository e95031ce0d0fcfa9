package org.novametal.baremetal.step.boot;

import java.time.Duration;
import java.util.Map;
import org.novametal.baremetal.step.BmcDirectory;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult;
import org.novametal.bmc.BootDevice;

/**
 * Makes the machine boot from its disk from now on, and forgets the ramdisk, which is not used any more. There is nothing to
 * undo: a step that needs another boot device sets it.
 */
public final class DiskBoot implements Step {
    private final BootDeviceSetting setting;
    private final Duration limit;

    /** Makes the step with the time limit of the BMC. */
    public DiskBoot(BmcDirectory bmcs, Duration limit) {
        this.setting = new BootDeviceSetting(bmcs);
        this.limit = limit;
    }

    /**
     * Whether a machine is to boot from its disk by now, so that no ramdisk is expected there any more.
     *
     * @param memory the memory of the operation that works on its node
     */
    public static boolean isSet(Map<String, String> memory) {
        return BootDeviceSetting.isDisk(memory);
    }

    @Override
    public String name() {
        return "boot.disk";
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
        context.forgetAgent();
        return setting.always(context, BootDevice.DISK);
    }
}
