package org.novametal.baremetal.step;

import java.util.List;
import java.util.Optional;
import org.novametal.baremetal.operation.OperationInput;

/** The steps of one kind of operation: those of a new operation, and each step by its name. Safe for several threads. */
public interface StepPlan {
    /**
     * The names of the steps of a new operation, in order. The configuration is applied here, once, and the result is stored
     * with the operation.
     */
    List<String> begin(OperationInput input);

    /**
     * The step of that name: one of a new plan, or one that stored operations of older programs still have in their plans.
     * Empty for a name that this program does not know.
     */
    Optional<Step> step(String name);
}
