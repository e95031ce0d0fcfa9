package org.novametal.baremetal.step;

import java.util.List;
import java.util.Optional;
import org.novametal.baremetal.operation.OperationInput;

/** The steps of one kind of operation: which of them a new operation has, and each by its name. Safe for several threads. */
public interface StepPlan {
    /**
     * The names of the steps of a new operation, in order. What configuration decides of a plan is decided here, once, and is
     * kept with the operation.
     */
    List<String> begin(OperationInput input);

    /**
     * The step of that name: one of a new plan, or one that operations of older programs still have in theirs. Empty for a
     * name that this program does not know.
     */
    Optional<Step> step(String name);
}
