package org.novametal.examples.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.BmcAccess;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcOptions.Privilege;
import org.novametal.bmc.loader.BmcPluginException;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.model.NodeName;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options for finding BMCs and logging in to them. */
final class BmcLogin {
    private static final String PASSWORD_VARIABLE = "NOVA_METAL_BMC_PASSWORD";

    @Option(
            names = "--config-file",
            paramLabel = "F",
            description = "the nova.conf whose [baremetal] section names the inventory and the limits of BMCs")
    private @Nullable Path configFile;

    @Option(
            names = "--bmc-plugin-dir",
            paramLabel = "DIR",
            description = "the folder of vendors' BMC plug-ins, each a jar or a folder of jars; used instead of the"
                    + " bmc_plugin_dir of --config-file")
    private @Nullable Path pluginFolder;

    @Option(
            names = "--user",
            paramLabel = "U",
            description = "the user for BMCs that have none in the file or the inventory")
    private @Nullable String user;

    @Option(
            names = "--password",
            paramLabel = "@FILE",
            description = "the file whose first line is that user's password; without it the environment variable "
                    + PASSWORD_VARIABLE + " is used")
    private @Nullable String password;

    @Option(
            names = "--privilege",
            paramLabel = "user|operator|administrator",
            defaultValue = "operator",
            description =
                    "the privilege level to log in with, if the inventory has none for the node; some BMCs give their"
                            + " console to administrators only (${DEFAULT-VALUE})")
    private Privilege privilege = Privilege.OPERATOR;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec command;

    private @Nullable Secrets secrets;

    /**
     * Access to BMCs, configured by {@code --config-file} if this option is given.
     *
     * @throws WrongUsage when the configuration is wrong
     */
    BmcAccess access() {
        if (pluginFolder != null && pluginFolder.toString().isEmpty()) {
            throw new WrongUsage("--bmc-plugin-dir is empty; give a folder, or leave it out");
        }
        try {
            if (configFile != null) {
                return BmcAccess.of(BareMetalOptions.from(configuration(configFile)), privilege);
            }
            return pluginFolder == null
                    ? BmcAccess.withoutConfiguration(privilege)
                    : BmcAccess.withoutConfiguration(privilege, pluginFolder);
        } catch (DriverException | BmcPluginException e) {
            throw new WrongUsage(String.valueOf(e.getMessage()));
        }
    }

    private NovaConf configuration(Path file) {
        NovaConf.Builder conf = NovaConf.builder().file(file);
        return pluginFolder == null
                ? conf.build()
                : conf.overlay(
                                "baremetal",
                                "bmc_plugin_dir",
                                pluginFolder.toAbsolutePath().toString())
                        .build();
    }

    /**
     * Handles for the BMCs that an argument names: all BMCs in a file, the BMC at an address, or the BMC of a node in
     * the inventory. Does not connect to the BMCs.
     *
     * @throws WrongUsage when the argument names no BMC
     */
    List<Target> targets(BmcAccess access, String word) {
        if (word.contains("://")) {
            BmcAddress address = address(word);
            return List.of(new Target(
                    address.toString(), open(access, address, Optional.empty(), Optional.empty(), Optional.empty())));
        }
        // Accepts a pipe, too.
        Optional<Path> file = TextFile.path(word).filter(path -> Files.exists(path) && !Files.isDirectory(path));
        if (file.isPresent()) {
            return nodes(file.get()).stream().map(line -> target(access, line)).toList();
        }
        if (configFile == null) {
            throw new WrongUsage(word + " is neither a file nor a BMC's address; for a node of an inventory give"
                    + " --config-file too");
        }
        try {
            NodeName node = nodeName(access, word);
            return List.of(new Target(node.value(), access.bmc(node), access.recordedConsole(node)));
        } catch (DriverException e) {
            throw new WrongUsage(word + ": " + e.getMessage());
        }
    }

    /** The node that an argument names. */
    static NodeName nodeName(BmcAccess access, String nameOrUuid) {
        try {
            return access.nameOf(nameOrUuid);
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(String.valueOf(e.getMessage()));
        }
    }

    /** A handle for the BMC in a line of a file. */
    Target target(BmcAccess access, NodesFile.Line line) {
        return new Target(line.name(), open(access, line.bmc(), line.user(), line.password(), line.key()));
    }

    /** The BMCs in a file. */
    List<NodesFile.Line> nodes(Path file) {
        return NodesFile.read(file, secrets());
    }

    private Secrets secrets() {
        Secrets known = secrets;
        if (known == null) {
            known = Secrets.warningOn(command);
            secrets = known;
        }
        return known;
    }

    private static BmcAddress address(String text) {
        try {
            return BmcAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(String.valueOf(e.getMessage()));
        }
    }

    private Bmc open(
            BmcAccess access,
            BmcAddress address,
            Optional<String> ownUser,
            Optional<String> ownPassword,
            Optional<String> key) {
        String username = ownUser.or(() -> Optional.ofNullable(user))
                .orElseThrow(() -> new WrongUsage("BMC " + address + " has no user; give --user"));
        String secret = ownPassword
                .or(() ->
                        Optional.ofNullable(password).map(reference -> secrets().read("--password", reference)))
                .or(() -> Optional.ofNullable(System.getenv(PASSWORD_VARIABLE)))
                .orElseThrow(() -> new WrongUsage(
                        "BMC " + address + " has no password; give --password @FILE, or set " + PASSWORD_VARIABLE));
        try {
            return access.open(address, new BmcCredentials(username, secret, key));
        } catch (IllegalArgumentException | BmcException e) {
            throw new WrongUsage(String.valueOf(e.getMessage()));
        }
    }
}
