package org.novametal.driver.testkit;

/** The in-memory driver keeps the contract. */
class InMemoryComputeDriverContractTest extends ComputeDriverContract {
    @Override
    protected DriverFixture newFixture() {
        return new InMemoryDriverFixture();
    }
}
