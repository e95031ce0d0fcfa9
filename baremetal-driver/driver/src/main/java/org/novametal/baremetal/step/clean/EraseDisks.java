package org.novametal.baremetal.step.clean;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.novametal.agent.AgentCommand;
import org.novametal.agent.AgentNode;
import org.novametal.agent.AgentPort;
import org.novametal.agent.HardwareSteps;
import org.novametal.baremetal.step.Ramdisk;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult;

/** Makes the ramdisk erase the node's disks. There is nothing to undo. */
public final class EraseDisks implements Step {
    /** How thoroughly disks are erased. */
    public enum Extent {
        /** The partition tables at both ends of each disk; takes seconds. The data can still be recovered. */
        METADATA("erase_devices_metadata"),
        /** All disk contents; can take hours. */
        FULL("erase_devices");

        private final String agentStep;

        Extent(String agentStep) {
            this.agentStep = agentStep;
        }
    }

    private final String name;
    private final Ramdisk ramdisk;
    private final Extent extent;
    private final Duration limit;

    /** Makes the step with its name and its limit. */
    public EraseDisks(String name, Ramdisk ramdisk, Extent extent, Duration limit) {
        this.name = name;
        this.ramdisk = ramdisk;
        this.extent = extent;
        this.limit = limit;
    }

    @Override
    public String name() {
        return name;
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
        AgentNode node = Ramdisk.node(context.node());
        List<AgentPort> ports = Ramdisk.ports(context);
        return ramdisk.seeThrough(
                context,
                name(),
                AgentCommand.getCleanSteps(node, ports),
                steps -> erasing(steps).map(step -> AgentCommand.clean(step, node, ports, steps.versions())));
    }

    private Optional<HardwareSteps.Step> erasing(HardwareSteps steps) {
        return steps.deployStep(extent.agentStep);
    }
}
