package org.novametal.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.error.MessageText;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.placement.Trait;
import org.novametal.scheduler.host.HostDemand;
import org.novametal.scheduler.host.HostDemand.Amount;
import org.novametal.scheduler.host.HostDemand.Architecture;
import org.novametal.scheduler.host.HostDemand.Asker;

/**
 * Reads what a request demands of a node, and collects the demands that cannot be understood. Each object reads one
 * request, on one thread.
 *
 * <p>Source: Nova {@code nova/scheduler/utils.py#ResourceRequest.from_request_spec}.
 */
final class DemandReader {
    /** The longest part of a message that came from outside, in characters. */
    private static final int PART = 300;

    private static final String RESOURCES = "resources:";
    private static final String TRAIT = "trait:";
    private static final Pattern GRANULAR = Pattern.compile("(resources|trait)[A-Za-z0-9_-]+:.*");

    private final RequestSpec request;
    private final HostDemand.Builder demand = HostDemand.builder();
    private final List<String> faults = new ArrayList<>();

    private DemandReader(RequestSpec request) {
        this.request = request;
    }

    /**
     * Reads what the request demands of a node.
     *
     * @throws DriverException {@code BUILD_ABORT} with every extra spec and image property that cannot be understood
     */
    static HostDemand read(RequestSpec request) {
        return new DemandReader(request).read();
    }

    private HostDemand read() {
        Flavor flavor = request.flavor();
        Amounts amounts = new Amounts(flavor);
        new TreeMap<>(flavor.extraSpecs()).forEach((key, value) -> readExtraSpec(amounts, key, value));
        demand.vcpus(new Amount(amounts.vcpus, Asker.FLAVOR));
        demand.memoryMb(new Amount(amounts.memoryMb, Asker.FLAVOR)
                .orMore(imageAsks(request.image().map(ImageMeta::minRamMb).orElse(0))));
        demand.localGb(new Amount(amounts.localGb, Asker.FLAVOR)
                .orMore(imageAsks(request.image()
                        .map(ImageMeta::minDiskGb)
                        .map(amounts::diskWithRoot)
                        .orElse(0))));
        request.image().ifPresent(image -> {
            new TreeMap<>(image.properties()).forEach(this::readImageProperty);
            image.requiredTraits().forEach(demand::requiredTrait);
        });
        if (!faults.isEmpty()) {
            throw new DriverException(
                    ErrorCode.BUILD_ABORT,
                    "No node can be chosen for instance " + request.instance() + ": " + String.join("; ", faults));
        }
        return demand.forcedNode(request.forcedNode())
                .ignoredNodes(request.ignoredNodes())
                .triedNodes(request.triedNodes())
                .build();
    }

    /** The flavor's own amounts, or the amounts of extra specs that replace them. */
    private static final class Amounts {
        private static final int MIB_PER_GIB = 1024;
        private int vcpus;
        private int memoryMb;
        private int localGb;
        private int besideRootGb;

        Amounts(Flavor flavor) {
            vcpus = flavor.vcpus();
            memoryMb = flavor.memoryMb();
            besideRootGb = sum(flavor.ephemeralGb(), Math.ceilDiv(flavor.swapMb(), MIB_PER_GIB));
            localGb = diskWithRoot(flavor.rootGb());
        }

        /** The total disk size in GiB when the root disk has the given size. */
        int diskWithRoot(int rootGb) {
            return sum(rootGb, besideRootGb);
        }

        void replaceDisk(int wholeGb) {
            localGb = wholeGb;
            besideRootGb = 0;
        }

        /**
         * Adds amounts; a sum that is too large for an {@code int} becomes the largest {@code int}, which fits no node.
         */
        private static int sum(int first, int second) {
            return (int) Math.min(Integer.MAX_VALUE, (long) first + second);
        }
    }

    private static Amount imageAsks(int value) {
        return new Amount(value, Asker.IMAGE);
    }

    private void readExtraSpec(Amounts amounts, String key, String value) {
        String what =
                "flavor " + part(request.flavor().name()) + ", extra spec " + part(key) + "='" + part(value) + "'";
        if (key.startsWith(RESOURCES)) {
            readResource(amounts, key.substring(RESOURCES.length()), value, what);
        } else if (key.startsWith(TRAIT)) {
            readTrait(key.substring(TRAIT.length()), value, what);
        } else if (key.equals("cpu_arch") || key.equals("capabilities:cpu_arch")) {
            demand.architecture(new Architecture(value, Asker.FLAVOR));
        } else if (GRANULAR.matcher(key).matches()) {
            faults.add(what + " asks for a separate resource provider, but a node is a single provider; write "
                    + RESOURCES + "… or " + TRAIT + "… without a suffix");
        }
    }

    private void readResource(Amounts amounts, String name, String value, String what) {
        int amount;
        try {
            amount = Integer.parseInt(value.strip());
        } catch (NumberFormatException wrong) {
            faults.add(what + " is not an integer");
            return;
        }
        if (amount < 0) {
            faults.add(what + " is less than the minimum of 0");
            return;
        }
        switch (name) {
            case "VCPU" -> amounts.vcpus = amount;
            case "MEMORY_MB" -> amounts.memoryMb = amount;
            case "DISK_GB" -> amounts.replaceDisk(amount);
            default ->
                named(what, () -> new ResourceClass(name), resource -> {
                    if (amount > 0) {
                        demand.resourceClass(resource, amount);
                    }
                });
        }
    }

    private void readTrait(String name, String value, String what) {
        switch (value) {
            case "required" -> named(what, () -> new Trait(name), demand::requiredTrait);
            case "forbidden" -> named(what, () -> new Trait(name), demand::forbiddenTrait);
            default -> faults.add(what + " is neither 'required' nor 'forbidden'");
        }
    }

    private void readImageProperty(String key, String value) {
        String what = "image " + part(request.image().map(ImageMeta::label).orElse("")) + ", property " + part(key)
                + "='" + part(value) + "'";
        if (key.equals("architecture") || key.equals("hw_architecture")) {
            demand.architecture(new Architecture(value, Asker.IMAGE));
        } else if (key.startsWith(TRAIT)) {
            if (value.equals("required")) {
                named(what, () -> new Trait(key.substring(TRAIT.length())), demand::requiredTrait);
            } else {
                faults.add(what + " is not 'required', the only value that is valid for an image");
            }
        }
    }

    /** A part of a message that a flavor or an image has chosen. */
    private static String part(String text) {
        return MessageText.line(text, PART);
    }

    /** Makes a trait or resource class and passes it on; records a fault when its name is invalid. */
    private <T> void named(String what, Supplier<T> name, Consumer<T> use) {
        try {
            use.accept(name.get());
        } catch (IllegalArgumentException wrong) {
            faults.add(what + ": " + part(String.valueOf(wrong.getMessage())));
        }
    }
}
