package org.novametal.baremetal.operation;

import java.util.List;
import org.novametal.driver.model.NetworkInterface;

/** The input of an operation that connects an instance's networks, now or when its rescue ends. */
public sealed interface NetworkedInput extends OperationInput permits DeploySpec, AdoptInput, RescueInput {
    /** The host name for the machine. */
    String hostname();

    /** The instance's networks, in order. */
    List<NetworkInterface> networks();
}
