package org.novametal.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.exchange.DraftNode;
import org.novametal.baremetal.exchange.Finding;
import org.novametal.baremetal.exchange.ImportDraft;
import org.novametal.baremetal.exchange.ImportPlan;
import org.novametal.baremetal.exchange.ImportPlan.Action;
import org.novametal.baremetal.exchange.ImportPlan.Adoption;
import org.novametal.baremetal.exchange.ImportPlan.Step;
import org.novametal.baremetal.exchange.ImportSource;
import org.novametal.baremetal.exchange.InventoryFormat;
import org.novametal.baremetal.exchange.InventoryImport;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.examples.ProgramVersion;
import org.novametal.text.ForeignText;
import org.novametal.text.IoFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nova-metal node import}: enrols and updates nodes from documents, all or none. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        description = {
            "Enrols new nodes and updates known ones: all or none. Nodes on which an instance runs are adopted by the host and"
                    + " keep their UUIDs. Prints what changes; faults, missing values and values"
                    + " without a place here go to standard error. Creates the inventory if there is none.",
            "Example: nova-metal node import rack-7.yaml --config-file nova.conf --dry-run"
        })
final class NodeImportCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private InventoryLogin login;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "the files; - is standard input")
    private List<String> files = List.of();

    @Option(
            names = "--format",
            paramLabel = "yaml|json|ironic|grizzly",
            defaultValue = "yaml",
            description =
                    "the format of the files: documents of node export, what Ironic's API and clients print, or the CSV"
                            + " tables of Nova's former driver (${DEFAULT-VALUE})")
    private InventoryFormat format = InventoryFormat.YAML;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "the file with the key that the secrets were exported with")
    private @Nullable Path keyFile;

    @Option(
            names = "--passwords",
            paramLabel = "FILE",
            description = "a YAML document with what the files lack, such as passwords that Ironic masks")
    private @Nullable String passwords;

    @Option(
            names = "--only",
            paramLabel = "NODE",
            description = "imports only the node of this name or UUID; can be repeated")
    private List<String> only = List.of();

    @Option(names = "--dry-run", description = "checks the import and changes nothing")
    private boolean dryRun;

    @Override
    public Integer call() {
        if (files.stream().filter("-"::equals).count() + ("-".equals(passwords) ? 1 : 0) > 1) {
            throw new WrongUsage("- is given twice; there is one standard input");
        }
        ImportDraft draft = draft();
        boolean isNew = login.isNew();
        if (isNew) {
            try (BareMetalInventory empty = login.rehearse()) {
                ImportPlan plan = plan(draft, empty);
                plan.check();
                if (dryRun) {
                    report(plan);
                    return 0;
                }
            }
        }
        try (BareMetalInventory inventory = login.open(isNew ? Missing.CREATE : Missing.REFUSE)) {
            // With a new inventory, the findings were printed already.
            ImportPlan plan = isNew ? new ImportPlan(draft, inventory.enrolment()) : plan(draft, inventory);
            if (dryRun) {
                plan.check();
            } else {
                plan.apply();
            }
            report(plan);
        }
        return 0;
    }

    /** Plans the import, and prints what it finds. */
    private ImportPlan plan(ImportDraft draft, BareMetalInventory inventory) {
        ImportPlan plan = new ImportPlan(draft, inventory.enrolment());
        PrintWriter err = spec.commandLine().getErr();
        plan.findings()
                .forEach(finding -> err.println(
                        finding.kind() == Finding.Kind.FAULT
                                ? "fault: " + finding
                                : finding.kind() == Finding.Kind.MISSING ? "missing: " + finding : "note: " + finding));
        err.flush();
        if (!plan.isApplicable()) {
            long faults = plan.findings().stream()
                    .filter(finding -> finding.kind() == Finding.Kind.FAULT)
                    .count();
            throw new WrongUsage("nothing was imported: " + faults + " fault" + (faults == 1 ? "" : "s"));
        }
        return plan;
    }

    private ImportDraft draft() {
        Optional<SecretCipher> key = Optional.ofNullable(keyFile).map(NodeImportCommand::key);
        ImportDraft draft = read(format, files, key);
        if (!only.isEmpty()) {
            Set<String> absent = new HashSet<>(only);
            draft.nodes().forEach(node -> absent.removeIf(word -> isNamed(node, word)));
            if (!absent.isEmpty()) {
                throw new WrongUsage("--only: the files have no node " + String.join(", ", absent));
            }
            draft = draft.only(node -> only.stream().anyMatch(word -> isNamed(node, word)));
        }
        return passwords == null
                ? draft
                : draft.completedBy(read(InventoryFormat.YAML, List.of(passwords), Optional.empty()));
    }

    private static boolean isNamed(DraftNode node, String word) {
        return node.name().equals(Optional.of(word)) || node.uuid().equals(Optional.of(word));
    }

    private static SecretCipher key(Path file) {
        if (!Files.exists(file)) {
            throw new WrongUsage("--key " + file + ": there is no such file");
        }
        return SecretCipher.ofKeyFile(file);
    }

    private static ImportDraft read(InventoryFormat format, List<String> words, Optional<SecretCipher> key) {
        List<ImportSource> sources = new ArrayList<>();
        List<Reader> opened = new ArrayList<>();
        try {
            for (String word : words) {
                Reader text = TextFile.open(word);
                opened.add(text);
                sources.add(new ImportSource(word.equals("-") ? "standard input" : word, text));
            }
            return InventoryImport.read(format, sources, key);
        } catch (IOException e) {
            throw new WrongUsage(String.join(", ", words) + " cannot be read as text in UTF-8: " + IoFailure.reason(e));
        } finally {
            opened.forEach(NodeImportCommand::close);
        }
    }

    private static void close(Reader reader) {
        try {
            reader.close();
        } catch (IOException e) {
            throw new WrongUsage("a file cannot be closed: " + IoFailure.reason(e));
        }
    }

    private void report(ImportPlan plan) {
        PrintWriter out = spec.commandLine().getOut();
        int created = 0;
        int updated = 0;
        for (Step step : plan.steps()) {
            switch (step.action()) {
                case CREATE -> {
                    created++;
                    out.println("create " + ForeignText.line(step.name()));
                }
                case UPDATE -> {
                    updated++;
                    out.println("update " + ForeignText.line(step.name()) + ": "
                            + ForeignText.line(String.join(", ", step.fields())));
                }
                case UNCHANGED -> {}
            }
        }
        out.flush();
        long unchanged = plan.steps().stream()
                .filter(step -> step.action() == Action.UNCHANGED)
                .count();
        PrintWriter err = spec.commandLine().getErr();
        err.println((dryRun ? "would create " : "created ") + created + (dryRun ? ", update " : ", updated ") + updated
                + ", unchanged " + unchanged);
        for (Adoption adoption : plan.adoptions()) {
            String what = "instance " + adoption.instance().id() + " ("
                    + ForeignText.line(adoption.instance().name()) + ") on node " + adoption.node();
            switch (adoption.way()) {
                case REQUESTED -> err.println((dryRun ? "would adopt " : "the host adopts ") + what);
                case BY_OPERATOR ->
                    err.println("look whether it runs, and adopt before anything else is done with its node: " + what);
            }
        }
        err.flush();
    }
}
