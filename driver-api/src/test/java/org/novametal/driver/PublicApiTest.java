package org.novametal.driver;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.novametal.bmc.PublicApi;

class PublicApiTest {
    @Test
    void theContractIsWhatItsListSays() throws IOException {
        PublicApi.assertListed(
                ComputeDriver.class,
                PublicApiTest.class,
                "driver-api/src/test/resources/org/novametal/driver/public-api.txt",
                name -> true);
    }
}
