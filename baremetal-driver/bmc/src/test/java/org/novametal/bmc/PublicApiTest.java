package org.novametal.bmc;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class PublicApiTest {
    @Test
    void thePortIsWhatItsListSays() throws IOException {
        PublicApi.assertListed(
                Bmc.class,
                PublicApiTest.class,
                "baremetal-driver/bmc/src/test/resources/org/novametal/bmc/public-api.txt",
                Bmc.class.getPackageName()::equals);
    }
}
