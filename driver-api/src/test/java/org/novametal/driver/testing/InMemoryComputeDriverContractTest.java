package org.novametal.driver.testing;

import org.novametal.driver.testkit.ComputeDriverContract;
import org.novametal.driver.testkit.DriverFixture;
import org.novametal.driver.testkit.InMemoryDriverFixture;

/** The in-memory driver keeps the contract. */
class InMemoryComputeDriverContractTest extends ComputeDriverContract {
    @Override
    protected DriverFixture newFixture() {
        return new InMemoryDriverFixture();
    }
}
