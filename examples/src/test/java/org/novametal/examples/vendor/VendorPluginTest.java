package org.novametal.examples.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCapability;
import org.novametal.bmc.BmcContract;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.loader.BmcFactories;

/**
 * The vendor's jar of {@code vendor-bmc}, built outside the class path, loaded from a plug-in folder, and tested by the
 * contract.
 */
class VendorPluginTest extends BmcContract {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret");

    @TempDir
    static Path work;

    private static BmcFactories factories;

    private final FakeOutletStrip strip = new FakeOutletStrip(ADMIN);

    @BeforeAll
    static void buildAndFind() throws IOException {
        factories = BmcFactories.load(List.of(), OutletPlugin.build(work));
    }

    @AfterAll
    static void closeFactories() {
        factories.close();
    }

    @AfterEach
    void stop() {
        strip.close();
    }

    @Test
    void theVendorsClassesComeFromItsJarAlone() {
        Bmc bmc = open();

        assertThat(bmc.getClass().getName()).startsWith("com.example.outlet.");
        assertThat(bmc.getClass().getClassLoader()).isNotEqualTo(Bmc.class.getClassLoader());
        assertThat(Bmc.class.getClassLoader().getResource("com/example/outlet/OutletBmc.class"))
                .isNull();
    }

    @Test
    void theVendorsOwnCapabilityIsThere() throws Exception {
        strip.put(ChassisPower.ON);
        Bmc bmc = open();
        Class<? extends BmcCapability> current = bmc.getClass()
                .getClassLoader()
                .loadClass("com.example.outlet.OutletCurrent")
                .asSubclass(BmcCapability.class);

        BmcCapability found = bmc.capability(current).orElseThrow();

        assertThat(current.getMethod("readMilliamperes").invoke(found)).isEqualTo(870);
    }

    /** A factory for the contract that opens BMCs by address from the plug-in folder, as the driver does. */
    @Override
    protected BmcFactory factory() {
        return new BmcFactory() {
            @Override
            public Set<String> schemes() {
                return factories.schemes();
            }

            @Override
            public OptionalInt defaultPort(String scheme) {
                return OptionalInt.empty();
            }

            @Override
            public Bmc open(BmcAddress address, BmcCredentials credentials, BmcOptions options) {
                return factories.open(address, credentials, options);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    protected BmcAddress address() {
        return strip.address();
    }

    @Override
    protected BmcAddress addressAt(int port) {
        return BmcAddress.parse("example-outlet://127.0.0.1:" + port + "/3");
    }

    @Override
    protected BmcCredentials credentials() {
        return ADMIN;
    }

    @Override
    protected void putMachine(ChassisPower power) {
        strip.put(power);
    }

    @Override
    protected ChassisPower machinePower() {
        return strip.power();
    }

    @Override
    protected int machineBoots() {
        return strip.boots();
    }

    @Override
    protected int machineInterrupts() {
        return strip.interrupts();
    }

    @Override
    protected BootOverride machineBootOverride() {
        return strip.override();
    }

    @Override
    protected void forgetSessions() {
        strip.restart();
    }
}
