package org.novametal.baremetal;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.placement.ProviderTree;
import org.novametal.driver.testing.ScriptedDriverHost;

/**
 * What a pass of Nova's resource tracker costs at the driver: {@code getAvailableNodes}, then {@code getAvailableResource} and
 * {@code updateProviderTree} for every node; and the enrolment of all nodes in one call. Prints JSON lines, medians; there is
 * no peer.
 *
 * <p>Argument: the number of nodes, 10,000 where there is none.
 */
public final class ResourcesBenchmark {
    private static final int RUNS = 5;
    private static final int CHANGES = 51;
    private static final HostName HOST = new HostName("compute-1");
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final JsonMapper JSON = new JsonMapper();

    private ResourcesBenchmark() {}

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        int nodes = arguments.length == 0 ? 10_000 : Integer.parseInt(arguments[0]);
        List<Double> enrolment = new ArrayList<>();
        List<Double> cold = new ArrayList<>();
        List<Double> warm = new ArrayList<>();
        List<Double> enrolmentCpu = new ArrayList<>();
        List<Double> coldCpu = new ArrayList<>();
        List<Double> warmCpu = new ArrayList<>();
        List<Double> unchanged = new ArrayList<>();
        List<Double> changed = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            Path folder = Files.createTempDirectory("nova-metal-resources");
            try {
                try (BareMetalDriver driver = open(folder)) {
                    List<NodeSpec> specs = IntStream.range(0, nodes)
                            .mapToObj(ResourcesBenchmark::spec)
                            .toList();
                    enrolment.add(seconds(enrolmentCpu, () -> driver.enrolment().enrolAll(specs)));
                }
                try (BareMetalDriver driver = open(folder)) {
                    cold.add(seconds(coldCpu, () -> pass(driver, nodes)));
                    pass(driver, nodes);
                    warm.add(seconds(warmCpu, () -> pass(driver, nodes)));
                    for (int change = 0; change < CHANGES; change++) {
                        unchanged.add(1000 * seconds(() -> driver.getAvailableNodes(Freshness.CACHED)));
                        driver.enrolment().beginMaintenance(name(change), "change " + run);
                        changed.add(1000 * seconds(() -> driver.getAvailableNodes(Freshness.CACHED)));
                    }
                }
            } finally {
                delete(folder);
            }
        }
        String all = String.format(Locale.ROOT, "%,d nodes: ", nodes);
        print(all + "enrolment in one call", median(enrolment), "s");
        print(all + "enrolment in one call, processor", median(enrolmentCpu), "s");
        print(all + "cold pass", median(cold), "s");
        print(all + "cold pass, processor", median(coldCpu), "s");
        print(all + "cold pass, the first of the process", cold.getFirst(), "s");
        print(all + "warm pass", median(warm), "s");
        print(all + "warm pass, processor", median(warmCpu), "s");
        print(all + "what one changed node adds", median(changed) - median(unchanged), "ms");
    }

    private static BareMetalDriver open(Path folder) {
        DriverHost host = new ScriptedDriverHost(HOST, InstantSource.system());
        NovaConf conf = NovaConf.builder()
                .overlay("baremetal", "state_path", folder.resolve("state").toString())
                .overlay("baremetal", "dhcp_dir", folder.resolve("dhcp").toString())
                .overlay("baremetal", "power_poll_interval", "0")
                .build();
        BareMetalDriver driver = new BareMetalDriver(conf, host);
        driver.initHost(HOST);
        return driver;
    }

    private static void pass(BareMetalDriver driver, int nodes) {
        Set<NodeName> names = driver.getAvailableNodes(Freshness.CACHED);
        if (names.size() != nodes) {
            throw new IllegalStateException("there are " + names.size() + " nodes, not " + nodes);
        }
        for (NodeName name : names) {
            driver.getAvailableResource(name);
            driver.updateProviderTree(ProviderTree.empty(), name);
        }
    }

    private static NodeName name(int number) {
        return new NodeName("node-%05d".formatted(number));
    }

    private static NodeSpec spec(int number) {
        int high = number / 256;
        int low = number % 256;
        return NodeSpec.builder(
                        name(number),
                        BmcAddress.parse("ipmi://10.0.%d.%d:623".formatted(high, low)),
                        new BmcCredentials("admin", "open-sesame"))
                .vcpus(64)
                .memoryMb(524_288)
                .localGb(1_920)
                .resourceClass("baremetal.gold")
                .traits(Set.of("CUSTOM_SSD", "HW_CPU_X86_VMX"))
                .macs(List.of(
                        "52:54:00:%02x:00:%02x".formatted(high, low), "52:54:00:%02x:01:%02x".formatted(high, low)))
                .initialState(ProvisionState.AVAILABLE)
                .build();
    }

    private static double seconds(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e9;
    }

    /** Also notes the processor's time, which a busy machine does not lengthen. */
    private static double seconds(List<Double> processor, Runnable work) {
        long begin = SYSTEM.getProcessCpuTime();
        double seconds = seconds(work);
        processor.add((SYSTEM.getProcessCpuTime() - begin) / 1e9);
        return seconds;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static void print(String name, double ours, String unit) {
        ObjectNode line = JSON.createObjectNode()
                .put("name", name)
                .put("ours", new BigDecimal(ours).round(new MathContext(4)))
                .putNull("peer")
                .putNull("ratio")
                .put("unit", unit);
        System.out.println(line);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
