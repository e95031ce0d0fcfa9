package org.novametal.baremetal.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.novametal.baremetal.config.AutomatedClean;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.clean.EraseDisks.Extent;

/**
 * Erases a node's disks through the deploy ramdisk. Whether nodes are cleaned, and how much is erased, is decided when a
 * cleaning begins: a later change of the options does not affect it.
 */
public final class CleanPlan extends StepList {
    /** The parameter of a cleaning that says what is erased, as the option of that name does. */
    public static final String ERASE_DEVICES = "erase_devices";

    private static final String METADATA = "clean.erase-metadata";
    private static final String DEVICES = "clean.erase-devices";

    /** The name that older programs used; their step erased what the option said at the time when the step ran. */
    private static final String FORMER = "clean.erase-disks";

    private final AutomatedClean clean;
    private final Extent extent;

    /** Makes the steps; whether they run is what the options say. */
    public CleanPlan(StepFactory make) {
        this(make, make.options().cleaning().automatedClean());
    }

    /** Makes the steps of a cleaning that an operator requests, whatever the options say of automated cleaning. */
    public static CleanPlan requested(StepFactory make) {
        return new CleanPlan(make, AutomatedClean.ON);
    }

    private CleanPlan(StepFactory make, AutomatedClean clean) {
        Extent extent = make.options().cleaning().eraseDevices();
        Step provisioning = make.provisioningNetwork();
        super(
                make.checkBootFiles(),
                provisioning,
                make.powerOffBefore(),
                make.networkBoot(),
                make.ramdiskOn(),
                make.awaitRamdisk(make.options().cleaning().callbackTimeout()),
                make.eraseDisks(METADATA, Extent.METADATA),
                make.eraseDisks(DEVICES, Extent.FULL),
                make.eraseDisks(FORMER, extent),
                make.powerOff("power.off-after"),
                provisioning.reversed());
        this.clean = clean;
        this.extent = extent;
    }

    /** What is erased: what the operator says, else what the options say. */
    private Extent requestedExtent(OperationInput input) {
        String wanted = input instanceof OperationInput.Parameters parameters
                ? parameters.values().getOrDefault(ERASE_DEVICES, "")
                : "";
        return Arrays.stream(Extent.values())
                .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(wanted))
                .findFirst()
                .orElse(extent);
    }

    @Override
    public List<String> begin(OperationInput input) {
        String other = switch (requestedExtent(input)) {
            case METADATA -> DEVICES;
            case FULL -> METADATA;
        };
        return switch (clean) {
            case OFF -> List.of();
            case ON ->
                super.begin(input).stream()
                        .filter(name -> !name.equals(FORMER) && !name.equals(other))
                        .toList();
        };
    }
}
