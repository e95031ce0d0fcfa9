package org.novametal.baremetal;

import java.util.Optional;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.loader.BmcFactories;

/**
 * The BMC factories of a process as what an enrolment asks of addresses.
 *
 * @param factories the factories
 */
record EnrolledBmcs(BmcFactories factories) implements Enrolment.BmcKinds {
    @Override
    public Optional<BmcAddress> otherSpelling(BmcAddress address) {
        return factories.otherSpelling(address);
    }

    @Override
    public Optional<String> refusal(BmcAddress address) {
        return factories.refusal(address);
    }
}
