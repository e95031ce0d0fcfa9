package org.novametal.baremetal;

import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.novametal.driver.testkit.ComputeDriverContract;
import org.novametal.driver.testkit.DriverFixture;

/** The contract of every driver, on the bare-metal one. Each test has its own rack and mostly waits for it. */
@Execution(ExecutionMode.CONCURRENT)
class BareMetalDriverContractTest extends ComputeDriverContract {
    @Override
    protected DriverFixture newFixture() throws Exception {
        return new BareMetalDriverFixture();
    }
}
