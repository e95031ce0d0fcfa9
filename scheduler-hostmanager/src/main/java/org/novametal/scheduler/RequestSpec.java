package org.novametal.scheduler;

import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;

/**
 * A request for a node for one instance.
 *
 * <p>These extra specs of the flavor are used here; all others are checked by the driver:
 *
 * <ul>
 *   <li>{@code resources:CUSTOM_GOLD=1}: the node's resource class. {@code resources:VCPU}, {@code MEMORY_MB} and
 *       {@code DISK_GB} replace the flavor's own amounts; 0 means "no demand";
 *   <li>{@code trait:CUSTOM_SSD=required} or {@code =forbidden};
 *   <li>{@code cpu_arch} or {@code capabilities:cpu_arch}.
 * </ul>
 *
 * <p>Of the image, the minimum disk and memory sizes are used, and the properties {@code architecture} or {@code
 * hw_architecture} and {@code trait:…=required}.
 *
 * <p>Source: Nova {@code nova/objects/request_spec.py}, {@code nova/scheduler/utils.py#ResourceRequest}.
 */
public final class RequestSpec {
    private final InstanceId instance;
    private final Flavor flavor;
    private final Optional<ImageMeta> image;
    private final Optional<NodeName> forcedNode;
    private final Set<NodeName> ignoredNodes;
    private final Set<NodeName> triedNodes;

    private RequestSpec(Builder builder) {
        this.instance = builder.instance;
        this.flavor = builder.flavor;
        this.image = builder.image;
        this.forcedNode = builder.forcedNode;
        this.ignoredNodes = builder.ignoredNodes;
        this.triedNodes = builder.triedNodes;
    }

    /** Starts a request for any node that fits the flavor. */
    public static Builder builder(InstanceId instance, Flavor flavor) {
        return new Builder(instance, flavor);
    }

    /** The instance that needs a node. */
    public InstanceId instance() {
        return instance;
    }

    /** The requested machine size. */
    public Flavor flavor() {
        return flavor;
    }

    /** The image to be written; the node must meet its requirements, too. */
    public Optional<ImageMeta> image() {
        return image;
    }

    /** The only node that may be chosen; this node must fit, too. */
    public Optional<NodeName> forcedNode() {
        return forcedNode;
    }

    /** The nodes that must not be chosen. */
    public Set<NodeName> ignoredNodes() {
        return ignoredNodes;
    }

    /** The nodes on which this instance failed before; none of them is chosen again. */
    public Set<NodeName> triedNodes() {
        return triedNodes;
    }

    @Override
    public String toString() {
        return "RequestSpec[" + instance + ", " + flavor + "]";
    }

    /** Collects the parts of a {@link RequestSpec}. Not thread-safe. */
    public static final class Builder {
        private final InstanceId instance;
        private final Flavor flavor;
        private Optional<ImageMeta> image = Optional.empty();
        private Optional<NodeName> forcedNode = Optional.empty();
        private Set<NodeName> ignoredNodes = Set.of();
        private Set<NodeName> triedNodes = Set.of();

        private Builder(InstanceId instance, Flavor flavor) {
            this.instance = Objects.requireNonNull(instance, "instance");
            this.flavor = Objects.requireNonNull(flavor, "flavor");
        }

        /** Sets the image. */
        public Builder image(ImageMeta value) {
            image = Optional.of(value);
            return this;
        }

        /** Sets the only node that may be chosen. */
        public Builder forcedNode(NodeName node) {
            forcedNode = Optional.of(node);
            return this;
        }

        /** Sets the nodes that must not be chosen. */
        public Builder ignoredNodes(Collection<NodeName> nodes) {
            ignoredNodes = Set.copyOf(nodes);
            return this;
        }

        /** Sets the nodes on which this instance failed before. */
        public Builder triedNodes(Collection<NodeName> nodes) {
            triedNodes = Set.copyOf(nodes);
            return this;
        }

        /** Builds the request. */
        public RequestSpec build() {
            return new RequestSpec(this);
        }
    }
}
