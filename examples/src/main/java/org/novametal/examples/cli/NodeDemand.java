package org.novametal.examples.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.NodeVerb;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.scheduler.BaremetalHostManager;
import org.novametal.scheduler.RequestSpec;
import org.novametal.scheduler.Selection;
import org.novametal.scheduler.host.HostState;
import org.novametal.scheduler.weigh.WeighedHost;
import org.novametal.text.ForeignText;
import picocli.CommandLine.Option;

/** The options that describe the node which a deployment needs; the bare-metal host manager chooses it. */
final class NodeDemand {
    static final String RESOURCE_CLASS = "--resource-class";
    static final String TRAIT = "--trait";

    @Option(names = "--memory-mb", paramLabel = "MIB", description = "at least so much memory, in MiB")
    private @Nullable Integer memoryMb;

    @Option(names = "--cpus", paramLabel = "N", description = "at least so many processors")
    private @Nullable Integer cpus;

    @Option(names = "--local-gb", paramLabel = "GIB", description = "at least so much disk, in GiB")
    private @Nullable Integer localGb;

    @Option(names = "--arch", paramLabel = "ARCH", description = "the processors' architecture, such as x86_64")
    private @Nullable String arch;

    @Option(names = RESOURCE_CLASS, paramLabel = "CLASS", description = "the resource class")
    private @Nullable String resourceClass;

    @Option(names = TRAIT, paramLabel = "TRAIT", description = "a trait that the node has; can be repeated")
    private List<String> traits = new ArrayList<>();

    /** Whether an option is given. */
    boolean isGiven() {
        return !traits.isEmpty()
                || Stream.of(memoryMb, cpus, localGb, arch, resourceClass).anyMatch(Objects::nonNull);
    }

    /** The names of the options, for messages. */
    String options() {
        return "--memory-mb, --cpus, --local-gb, --arch, --resource-class and --trait";
    }

    /**
     * Chooses a node, and says on {@code err} why.
     *
     * @param values the values of the verb, which may name the instance
     * @return the nodes that fit, the smallest one first
     * @throws org.novametal.scheduler.NoValidHostException when none fits, with the reasons
     * @throws WrongUsage when a value cannot be used
     */
    List<NodeRecord> choose(BareMetalInventory inventory, Map<String, String> values, PrintWriter err) {
        RequestSpec request = request(values);
        Selection selection =
                new BaremetalHostManager(NovaConf.builder().build(), inventory::resources).select(request);
        List<HostState> ranked = new ArrayList<>(List.of(selection.host()));
        selection.alternatives().stream().map(WeighedHost::host).forEach(ranked::add);
        err.println(ForeignText.line("chose " + text(selection.host()) + ": the smallest of " + ranked.size()
                + (ranked.size() == 1 ? " node that fits" : " nodes that fit")
                + (ranked.size() == 1 ? "" : "; the next is " + text(ranked.get(1)))));
        err.flush();
        Map<NodeName, NodeRecord> nodes =
                inventory.enrolment().list().stream().collect(Collectors.toMap(NodeRecord::name, Function.identity()));
        return ranked.stream()
                .flatMap(host -> Optional.ofNullable(nodes.get(host.node())).stream())
                .toList();
    }

    private static String text(HostState host) {
        return host.node() + " (" + host.free().vcpus() + " cpus, "
                + host.free().memoryMb() + " MiB, "
                + host.free().localGb() + " GiB"
                + host.resourceClass().map(name -> ", " + name.name()).orElse("")
                + ")";
    }

    private RequestSpec request(Map<String, String> values) {
        Map<String, String> extra = new HashMap<>();
        try {
            if (resourceClass != null) {
                extra.put("resources:" + ResourceClass.custom(resourceClass).name(), "1");
            }
            if (arch != null) {
                extra.put("cpu_arch", arch);
            }
            traits.forEach(trait -> extra.put("trait:" + trait, "required"));
            Flavor flavor = Flavor.builder("of the command line")
                    .vcpus(orZero(cpus))
                    .memoryMb(orZero(memoryMb))
                    .rootGb(orZero(localGb))
                    .extraSpecs(extra)
                    .build();
            InstanceId instance = Optional.ofNullable(values.get(NodeVerb.INSTANCE))
                    .map(InstanceId::of)
                    .orElseGet(() -> new InstanceId(UUID.randomUUID()));
            return RequestSpec.builder(instance, flavor).build();
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(String.valueOf(e.getMessage()));
        }
    }

    private static int orZero(@Nullable Integer value) {
        return value == null ? 0 : value;
    }
}
