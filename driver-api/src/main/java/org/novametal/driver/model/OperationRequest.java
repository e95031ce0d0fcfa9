package org.novametal.driver.model;

/** A request for an operation that {@code ComputeDriver.submit} begins. */
public sealed interface OperationRequest permits DeployRequest, DestroyRequest {
    /** The instance that the request is about. */
    Instance instance();
}
