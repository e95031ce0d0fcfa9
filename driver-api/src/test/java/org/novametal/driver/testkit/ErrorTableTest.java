package org.novametal.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;

class ErrorTableTest {
    private final InMemoryDriverFixture fixture = new InMemoryDriverFixture();
    private final ErrorTable table = new ErrorTable();

    private ComputeDriver failingWith(ErrorCode code) {
        return table.watch(new DecoratedDriver(fixture.newDriver()) {
            @Override
            public Set<String> listInstances() {
                throw new DriverException(code, "planted");
            }
        });
    }

    @Test
    void aCodeThatIsNotInTheRowOfItsMethodIsKept() {
        ComputeDriver driver = failingWith(ErrorCode.INSTANCE_NOT_FOUND);

        assertThatExceptionOfType(DriverException.class).isThrownBy(driver::listInstances);

        assertThat(table.violations()).singleElement().asString().contains("LISTING", "INSTANCE_NOT_FOUND", "planted");
    }

    @Test
    void aCodeThatIsInTheRowIsNone() {
        ComputeDriver driver = failingWith(ErrorCode.DRIVER_NOT_READY);

        assertThatExceptionOfType(DriverException.class).isThrownBy(driver::listInstances);

        assertThat(table.violations()).isEmpty();
    }
}
