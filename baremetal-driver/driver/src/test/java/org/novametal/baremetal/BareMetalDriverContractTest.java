package org.novametal.baremetal;

import org.novametal.driver.testkit.ComputeDriverContract;
import org.novametal.driver.testkit.DriverFixture;

/** The contract of every driver, on the bare-metal one. */
class BareMetalDriverContractTest extends ComputeDriverContract {
    @Override
    protected DriverFixture newFixture() throws Exception {
        return new BareMetalDriverFixture();
    }
}
