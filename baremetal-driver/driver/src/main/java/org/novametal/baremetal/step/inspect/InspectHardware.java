package org.novametal.baremetal.step.inspect;

import java.time.Duration;
import java.util.Optional;
import org.novametal.agent.AgentCommand;
import org.novametal.agent.CommandResult;
import org.novametal.baremetal.inventory.FoundHardware;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.step.BmcDirectory;
import org.novametal.baremetal.step.Ramdisk;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Failed;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.DeviceDescription;
import org.novametal.bmc.DeviceInformation;

/**
 * Records what hardware the ramdisk and the BMC find in the machine. The values of the node's description are replaced only if
 * the input says so. There is nothing to undo.
 */
public final class InspectHardware implements Step {
    /** The parameter of an inspection that says whether found values replace those of the node: {@code yes} or {@code no}. */
    public static final String OVERWRITE = "overwrite";

    private static final String NAME = "inspect.hardware";

    private final Ramdisk ramdisk;
    private final BmcDirectory bmcs;
    private final Duration limit;

    /** Makes the step with its limit. */
    public InspectHardware(Ramdisk ramdisk, BmcDirectory bmcs, Duration limit) {
        this.ramdisk = ramdisk;
        this.bmcs = bmcs;
        this.limit = limit;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration limit() {
        return limit;
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        CommandResult answer = ramdisk.ask(context, AgentCommand.getHardwareInfo());
        if (answer.status() != CommandResult.Status.SUCCEEDED) {
            return failed(context, "the ramdisk did not list its hardware: " + answer);
        }
        Optional<FoundHardware> found = HardwareDocument.of(answer.result(), device(context));
        if (found.isEmpty()) {
            return failed(
                    context,
                    "the ramdisk's list of hardware lacks processors, architecture, memory or disks; see its log");
        }
        context.recordHardware(found.get(), given(context));
        return StepResult.DONE;
    }

    private Optional<DeviceDescription> device(StepContext context) throws InterruptedException {
        Optional<DeviceInformation> information = bmcs.bmc(context.node()).capability(DeviceInformation.class);
        try {
            return information.isPresent() ? Optional.of(information.get().readDevice()) : Optional.empty();
        } catch (BmcException e) {
            if (e.reason().isRefusal()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static FoundHardware.Given given(StepContext context) {
        return context.input(OperationInput.class) instanceof OperationInput.Parameters parameters
                        && "yes".equals(parameters.values().get(OVERWRITE))
                ? FoundHardware.Given.REPLACED
                : FoundHardware.Given.KEPT;
    }

    private static Failed failed(StepContext context, String why) {
        return new Failed(FailureCause.RAMDISK, NAME + " on " + context.node().name() + ": " + why);
    }
}
