package org.novametal.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The contract test-kit: tests that every driver must pass, one nested class for each topic.
 *
 * <p>A driver's own test extends this class, is named {@code …ContractTest}, and provides a fixture. Nothing is
 * skipped: for a capability that the driver has, the capability's contract runs; for a capability that it lacks, the
 * absence is asserted. Each test names the part of Nova that it is based on. Every test also checks the driver's error
 * codes against {@link org.novametal.driver.error.DriverOperation}.
 */
public abstract class ComputeDriverContract {
    /** For subclasses. */
    protected ComputeDriverContract() {}

    /** The fixture of one test: new machines and an empty store, with at least three free nodes. */
    protected abstract DriverFixture newFixture() throws Exception;

    @Test
    void theSubclassIsNamedContractTest() {
        assertThat(getClass().getSimpleName())
                .as("name of the class that runs the kit, by which people and builds find it")
                .endsWith("ContractTest");
    }

    @Nested
    class Nodes extends NodesContract {
        Nodes() {
            super(ComputeDriverContract.this::newFixture);
        }
    }

    @Nested
    class Spawn extends SpawnContract {
        Spawn() {
            super(ComputeDriverContract.this::newFixture);
        }
    }

    @Nested
    class Operations extends OperationsContract {
        Operations() {
            super(ComputeDriverContract.this::newFixture);
        }
    }

    @Nested
    class Rebuild extends RebuildContract {
        Rebuild() {
            super(ComputeDriverContract.this::newFixture);
        }
    }

    @Nested
    class Refusal extends RefusalContract {
        Refusal() {
            super(ComputeDriverContract.this::newFixture);
        }
    }

    @Nested
    class Networks extends NetworksContract {
        Networks() {
            super(ComputeDriverContract.this::newFixture);
        }
    }

    @Nested
    class Events extends EventsContract {
        Events() {
            super(ComputeDriverContract.this::newFixture);
        }
    }

    @Nested
    class Destroy extends DestroyContract {
        Destroy() {
            super(ComputeDriverContract.this::newFixture);
        }
    }

    @Nested
    class Power extends PowerContract {
        Power() {
            super(ComputeDriverContract.this::newFixture);
        }
    }

    @Nested
    class Resources extends ResourcesContract {
        Resources() {
            super(ComputeDriverContract.this::newFixture);
        }
    }

    @Nested
    class StoreGone extends StoreGoneContract {
        StoreGone() {
            super(ComputeDriverContract.this::newFixture);
        }
    }

    @Nested
    class Threads extends ThreadsContract {
        Threads() {
            super(ComputeDriverContract.this::newFixture);
        }
    }

    @Nested
    class Life extends LifeContract {
        Life() {
            super(ComputeDriverContract.this::newFixture);
        }
    }

    @Nested
    class Capabilities extends CapabilitiesContract {
        Capabilities() {
            super(ComputeDriverContract.this::newFixture);
        }
    }
}
