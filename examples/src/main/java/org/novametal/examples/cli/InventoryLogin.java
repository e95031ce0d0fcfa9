package org.novametal.examples.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.store.StoreOptions.Schema;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.host.DriverEvent;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.model.HostName;
import picocli.CommandLine.Option;

/** The options for opening an inventory. */
final class InventoryLogin {
    @Option(
            names = "--config-file",
            paramLabel = "F",
            required = true,
            description = "the nova.conf whose [baremetal] section names the inventory")
    @SuppressWarnings("NullAway.Init") // by picocli
    private Path configFile;

    @Option(
            names = "--upgrade-schema",
            description =
                    "upgrades an inventory that an older version made, which is refused otherwise; stop its compute"
                            + " host before, if that is of an older version")
    private boolean upgrade;

    /**
     * Opens the inventory beside its host.
     *
     * @throws WrongUsage when the configuration is wrong
     */
    BareMetalInventory open(Missing missing) {
        return BareMetalInventory.open(options(), InstantSource.system(), missing, older());
    }

    /** What happens to an inventory with an older schema. */
    Schema older() {
        return upgrade ? Schema.UPGRADED : Schema.REFUSED;
    }

    /** Whether the configuration names an inventory of which nothing exists yet. */
    boolean isNew() {
        return BareMetalInventory.isNew(options());
    }

    /**
     * An empty inventory that nobody sees, and of which nothing is left: what a new inventory would refuse is refused in it,
     * before the new one is made.
     *
     * @throws WrongUsage when the configuration is wrong
     */
    BareMetalInventory rehearse() {
        return BareMetalInventory.rehearsal(options(), InstantSource.system());
    }

    /**
     * Becomes the host of the inventory.
     *
     * @throws WrongUsage when the configuration is wrong
     */
    BareMetalInventory host() {
        return BareMetalInventory.host(options(), new LocalHost());
    }

    /**
     * Reads the configuration.
     *
     * @throws WrongUsage when it is wrong
     */
    BareMetalOptions options() {
        try {
            return BareMetalOptions.from(NovaConf.builder().file(configFile).build());
        } catch (DriverException e) {
            throw new WrongUsage(String.valueOf(e.getMessage()));
        }
    }

    /** This program as the driver's compute service. The rows of the store show what the driver's events tell. */
    private record LocalHost() implements DriverHost {
        @Override
        public HostName host() {
            try {
                return new HostName(InetAddress.getLocalHost().getHostName());
            } catch (UnknownHostException e) {
                return new HostName("localhost");
            }
        }

        @Override
        public InstantSource clock() {
            return InstantSource.system();
        }

        @Override
        public void emit(DriverEvent event) {}
    }
}
