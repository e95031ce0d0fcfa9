package org.novametal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.scheduler.host.SampleHosts.instance;
import static org.novametal.scheduler.host.SampleHosts.node;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.placement.Trait;
import org.novametal.scheduler.filter.Verdict.Mismatch;
import org.novametal.scheduler.filter.Verdict.Reject;
import org.novametal.scheduler.filter.Verdict.Shortage;

/** Random fleets and flavors, compared with a plain reading of the rule: fits, is free, and is the smallest such node. */
class SelectionPropertyTest {
    private static final List<String> TRAITS = List.of("CUSTOM_SSD", "CUSTOM_GPU", "CUSTOM_OLD");
    private static final List<String> CLASSES = List.of("CUSTOM_GOLD", "CUSTOM_SILVER");
    private static final List<String> ARCHITECTURES = List.of("x86_64", "aarch64");

    /** What a random flavor asks, beside the flavor that says so. */
    private record Wish(
            Flavor flavor,
            int vcpus,
            int memoryMb,
            int localGb,
            Optional<String> architecture,
            Optional<String> resourceClass,
            Set<String> required,
            Set<String> forbidden) {}

    static List<Long> seeds() {
        List<Long> seeds = new ArrayList<>();
        for (long seed = 1; seed <= 100; seed++) {
            seeds.add(seed * 7919);
        }
        seeds.add(System.nanoTime());
        return seeds;
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theSmallestFreeNodeThatFitsIsChosenOrEveryNodeIsRefusedWithReason(long seed) {
        Random random = new Random(seed);
        Fleet fleet = new Fleet();
        int size = random.nextInt(40);
        for (int i = 0; i < size; i++) {
            fleet.add(randomNode(random, "node-" + i));
        }
        BaremetalHostManager manager = new BaremetalHostManager(Fleet.conf(""), fleet);
        Set<NodeName> promised = new HashSet<>();
        for (int i = 0; i < 15; i++) {
            InstanceId id = instance("instance-" + i);
            Wish wish = randomWish(random);
            Optional<NodeName> expected = smallest(fleet.read(), wish, promised);
            String story = "seed " + seed + ", request " + i + ": " + wish;
            RequestSpec request = RequestSpec.builder(id, wish.flavor()).build();
            try {
                Selection selection = manager.select(request);
                assertThat(Optional.of(selection.node())).as(story).isEqualTo(expected);
                promised.add(selection.node());
            } catch (NoValidHostException none) {
                assertThat(Optional.<NodeName>empty()).as(story).isEqualTo(expected);
                assertRefusalsAreTrue(story, none, fleet.read(), wish, promised);
            }
            if (random.nextInt(3) == 0 && expected.isPresent()) {
                fleet.give(expected.get(), id);
            }
        }
    }

    private static void assertRefusalsAreTrue(
            String story,
            NoValidHostException none,
            List<AvailableResource> reports,
            Wish wish,
            Set<NodeName> promised) {
        assertThat(none.refusals())
                .as(story)
                .extracting(HostRefusal::node)
                .containsExactlyElementsOf(
                        reports.stream().map(AvailableResource::node).toList());
        for (int i = 0; i < reports.size(); i++) {
            AvailableResource report = reports.get(i);
            for (Reject reject : none.refusals().get(i).rejects()) {
                String what = story + ", " + report + ", " + reject;
                assertThat(holds(reject, report, wish, promised)).as(what).isTrue();
                switch (reject) {
                    case Shortage shortage ->
                        assertThat(shortage.message())
                                .as(what)
                                .contains(String.valueOf(shortage.available()))
                                .contains(String.valueOf(shortage.wanted()));
                    case Mismatch mismatch ->
                        assertThat(mismatch.message()).as(what).isNotBlank();
                }
            }
        }
    }

    /** Whether what a refusal says is so, read from the report. */
    private static boolean holds(Reject reject, AvailableResource report, Wish wish, Set<NodeName> promised) {
        Set<String> traits = report.traits().stream().map(Trait::name).collect(Collectors.toSet());
        return switch (reject.reason()) {
            case IN_USE -> report.instance().isPresent() || report.availability() == Availability.IN_USE;
            case UNAVAILABLE -> report.availability() == Availability.UNAVAILABLE;
            case CLAIMED -> promised.contains(report.node());
            case VCPUS -> report.vcpus() - report.vcpusUsed() < wish.vcpus();
            case RAM -> report.memoryMb() - report.memoryMbUsed() < wish.memoryMb();
            case DISK -> report.localGb() - report.localGbUsed() < wish.localGb();
            case CPU_ARCH -> !Optional.of(report.cpuArch()).equals(wish.architecture());
            case RESOURCE_CLASS ->
                !report.resourceClass().map(ResourceClass::name).equals(wish.resourceClass());
            case TRAIT_MISSING -> !traits.containsAll(wish.required());
            case TRAIT_FORBIDDEN -> traits.stream().anyMatch(wish.forbidden()::contains);
            case CONTENDED, NOT_FORCED, IGNORED, ALREADY_TRIED -> false;
        };
    }

    private static Optional<NodeName> smallest(List<AvailableResource> reports, Wish wish, Set<NodeName> promised) {
        return reports.stream()
                .filter(report -> report.availability() == Availability.FREE
                        && report.instance().isEmpty())
                .filter(report -> !promised.contains(report.node()))
                .filter(report -> report.vcpus() >= wish.vcpus())
                .filter(report -> report.memoryMb() - report.memoryMbUsed() >= wish.memoryMb())
                .filter(report -> report.localGb() >= wish.localGb())
                .filter(report -> wish.architecture().stream().allMatch(report.cpuArch()::equals))
                .filter(report -> wish.resourceClass().stream()
                        .allMatch(name -> report.resourceClass().equals(Optional.of(new ResourceClass(name)))))
                .filter(report -> wish.required().stream()
                        .allMatch(name -> report.traits().contains(new Trait(name))))
                .filter(report -> wish.forbidden().stream()
                        .noneMatch(name -> report.traits().contains(new Trait(name))))
                .min(Comparator.comparingInt(AvailableResource::memoryMb)
                        .thenComparingInt(AvailableResource::localGb)
                        .thenComparingInt(AvailableResource::vcpus)
                        .thenComparing(AvailableResource::node))
                .map(AvailableResource::node);
    }

    private static AvailableResource.Builder randomNode(Random random, String name) {
        AvailableResource.Builder node = node(name)
                .vcpus(4 << random.nextInt(4), 0)
                .memoryMb(8192 << random.nextInt(5), random.nextBoolean() ? 0 : 512)
                .localGb(100 * (1 + random.nextInt(5)), 0)
                .cpuArch(pick(random, ARCHITECTURES))
                .traits(some(random, 2).stream().map(Trait::new).collect(Collectors.toSet()));
        if (random.nextBoolean()) {
            node.resourceClass(new ResourceClass(pick(random, CLASSES)));
        }
        switch (random.nextInt(6)) {
            case 0 -> node.availability(Availability.UNAVAILABLE);
            case 1 -> node.availability(Availability.IN_USE).instance(instance("of " + name));
            case 2 -> node.instance(instance("of " + name));
            default -> {}
        }
        return node;
    }

    private static Wish randomWish(Random random) {
        int vcpus = random.nextInt(20);
        int memoryMb = random.nextInt(40000);
        int localGb = random.nextInt(300);
        Flavor.Builder flavor =
                Flavor.builder("random").vcpus(vcpus).memoryMb(memoryMb).rootGb(localGb);
        Optional<String> architecture = sometimes(random, ARCHITECTURES);
        architecture.ifPresent(name -> flavor.extraSpec("cpu_arch", name));
        Optional<String> resourceClass = sometimes(random, CLASSES);
        resourceClass.ifPresent(name -> flavor.extraSpec("resources:" + name, "1"));
        Set<String> required = some(random, 5);
        Set<String> forbidden = some(random, 5);
        forbidden.removeAll(required);
        required.forEach(name -> flavor.extraSpec("trait:" + name, "required"));
        forbidden.forEach(name -> flavor.extraSpec("trait:" + name, "forbidden"));
        if (random.nextInt(4) == 0) {
            flavor.extraSpec("resources:VCPU", "0");
            vcpus = 0;
        }
        return new Wish(flavor.build(), vcpus, memoryMb, localGb, architecture, resourceClass, required, forbidden);
    }

    private static Set<String> some(Random random, int oneIn) {
        return TRAITS.stream()
                .filter(trait -> random.nextInt(oneIn) == 0)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static Optional<String> sometimes(Random random, List<String> names) {
        return random.nextInt(3) == 0 ? Optional.of(pick(random, names)) : Optional.empty();
    }

    private static String pick(Random random, List<String> names) {
        return names.get(random.nextInt(names.size()));
    }
}
