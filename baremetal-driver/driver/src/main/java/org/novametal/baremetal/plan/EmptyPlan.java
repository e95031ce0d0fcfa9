package org.novametal.baremetal.plan;

/** Does nothing to the machine: the operation changes the node's record only. */
public final class EmptyPlan extends StepList {}
