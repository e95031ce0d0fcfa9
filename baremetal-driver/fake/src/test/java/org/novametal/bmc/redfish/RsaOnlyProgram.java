package org.novametal.bmc.redfish;

import java.time.Duration;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BmcOptions.KeyExchange;

/** {@code RsaOnlyProgram PORT FINGERPRINT KEY_EXCHANGE}: prints why the power of a service on 127.0.0.1 is not read. */
final class RsaOnlyProgram {
    private RsaOnlyProgram() {}

    public static void main(String[] arguments) throws InterruptedException {
        BmcAddress address = new BmcAddress("redfish", "127.0.0.1", Integer.parseInt(arguments[0]), "");
        BmcOptions options = new BmcOptions(Duration.ofSeconds(20), Duration.ofMillis(500))
                .withCertificateFingerprint(arguments[1])
                .withKeyExchange(KeyExchange.valueOf(arguments[2]));
        try (RedfishBmcFactory factory = new RedfishBmcFactory();
                Bmc bmc = factory.open(address, new BmcCredentials("admin", "s3cret"), options)) {
            System.out.println(bmc.readPower());
        } catch (BmcException e) {
            System.out.println(e.reason() + " " + e.getMessage());
        }
    }
}
