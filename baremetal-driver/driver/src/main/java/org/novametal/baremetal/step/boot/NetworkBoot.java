package org.novametal.baremetal.step.boot;

import java.time.Duration;
import org.novametal.baremetal.step.BmcDirectory;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult;
import org.novametal.bmc.BootDevice;

/**
 * Makes the machine's next boot a network boot. The ramdisk that ran before is forgotten, so that the next one gets a new
 * token. Undoing forgets the ramdisk only: the override is for one boot only, and the next step that boots the machine sets
 * another.
 */
public final class NetworkBoot implements Step {
    private final BootDeviceSetting setting;
    private final Duration limit;

    /** Makes the step with the time limit of the BMC. */
    public NetworkBoot(BmcDirectory bmcs, Duration limit) {
        this.setting = new BootDeviceSetting(bmcs);
        this.limit = limit;
    }

    @Override
    public String name() {
        return "boot.network";
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
        return setting.once(context, BootDevice.NETWORK);
    }

    @Override
    public StepResult undo(StepContext context) {
        context.forgetAgent();
        return StepResult.DONE;
    }
}
