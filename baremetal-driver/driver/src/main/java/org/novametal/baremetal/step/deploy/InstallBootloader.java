package org.novametal.baremetal.step.deploy;

import java.time.Duration;
import java.util.Optional;
import org.novametal.agent.AgentCommand;
import org.novametal.baremetal.step.Ramdisk;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult;

/**
 * Enters the boot loader of the image into the firmware of a UEFI machine. Nodes with another boot mode, or without one, need
 * nothing: their firmware reads the disk's boot sector, or finds the boot loader itself. Only a cleaning undoes this step.
 */
public final class InstallBootloader implements Step {
    private final Ramdisk ramdisk;
    private final Duration limit;

    /** Makes the step with its limit. */
    public InstallBootloader(Ramdisk ramdisk, Duration limit) {
        this.ramdisk = ramdisk;
        this.limit = limit;
    }

    @Override
    public String name() {
        return "deploy.install-bootloader";
    }

    @Override
    public Duration limit() {
        return limit;
    }

    @Override
    public StepEffect effect() {
        return StepEffect.DISK;
    }

    @Override
    public StepResult run(StepContext context) {
        if (!Ramdisk.bootsByUefi(context.node())) {
            return StepResult.DONE;
        }
        return ramdisk.seeThrough(
                context,
                name(),
                AgentCommand.getDeploySteps(Ramdisk.node(context.node()), Ramdisk.ports(context)),
                _ -> Optional.of(AgentCommand.installUefiBootloader()));
    }
}
