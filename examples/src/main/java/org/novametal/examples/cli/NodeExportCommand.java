package org.novametal.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.exchange.InventoryExport;
import org.novametal.baremetal.exchange.InventoryFormat;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.examples.ProgramVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nova-metal node export}: writes nodes as a document. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        description = {
            "Writes nodes with their ports and documents: the named nodes, or those that options select, or all. Passwords and"
                    + " BMC keys are left out, or encrypted with --key.",
            "Example: nova-metal node export --config-file nova.conf --key exchange.key"
        })
final class NodeExportCommand implements Callable<Integer> {
    /** The formats that are written. */
    private enum Written {
        YAML(InventoryFormat.YAML),
        JSON(InventoryFormat.JSON);

        private final InventoryFormat format;

        Written(InventoryFormat format) {
            this.format = format;
        }
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private InventoryLogin login;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private NodeSelection selection;

    @Parameters(paramLabel = "NODE", arity = "0..*", description = NodeCommand.NODES)
    private List<String> names = List.of();

    @Option(
            names = "--format",
            paramLabel = "yaml|json",
            defaultValue = "yaml",
            description = "the document's format (${DEFAULT-VALUE})")
    private Written format = Written.YAML;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "the file with the key, 32 bytes, that encrypts the secrets; it is created if there is none")
    private @Nullable Path keyFile;

    @Override
    public Integer call() throws IOException {
        Optional<SecretCipher> key = Optional.ofNullable(keyFile).map(SecretCipher::ofKeyFile);
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            boolean all = names.isEmpty() && !selection.isGiven();
            Set<UUID> chosen = selection.select(inventory.enrolment(), names, all).stream()
                    .map(NodeRecord::uuid)
                    .collect(Collectors.toSet());
            PrintWriter out = spec.commandLine().getOut();
            new InventoryExport(inventory.enrolment(), key)
                    .write(format.format, node -> chosen.contains(node.uuid()), out);
            out.println();
            if (out.checkError()) {
                throw new IOException(NovaMetal.NOT_WRITTEN);
            }
        }
        return 0;
    }
}
