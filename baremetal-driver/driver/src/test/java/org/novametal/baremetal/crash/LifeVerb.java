package org.novametal.baremetal.crash;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.novametal.baremetal.BareMetalDriver;
import org.novametal.baremetal.FakeCloud;
import org.novametal.baremetal.NodeOperations.Request;
import org.novametal.baremetal.NodeOperations.WithoutHost;
import org.novametal.baremetal.operation.NodeVerb;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.driver.capability.InstanceRescue;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.RebuildRequest;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.Secret;
import org.novametal.driver.model.SpawnRequest;

/** What is done with the first node of a {@link FakeCloud}, in which state, and the state in which it ends. */
enum LifeVerb {
    SPAWN(ProvisionState.AVAILABLE, ProvisionState.ACTIVE),
    DESTROY(ProvisionState.ACTIVE, ProvisionState.AVAILABLE),
    REBUILD(ProvisionState.ACTIVE, ProvisionState.ACTIVE),
    RESCUE(ProvisionState.ACTIVE, ProvisionState.RESCUE),
    UNRESCUE(ProvisionState.RESCUE, ProvisionState.ACTIVE),
    MANAGE(ProvisionState.AVAILABLE, ProvisionState.MANAGEABLE),
    INSPECT(ProvisionState.MANAGEABLE, ProvisionState.MANAGEABLE),
    CLEAN(ProvisionState.MANAGEABLE, ProvisionState.MANAGEABLE),
    ADOPT(ProvisionState.MANAGEABLE, ProvisionState.ACTIVE);

    static final NodeName NODE = FakeCloud.nodeName(0);
    static final InstanceId INSTANCE = new InstanceId(new UUID(7, 11));

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final RequestContext CONTEXT = RequestContext.of("req-crash");

    private final ProvisionState from;
    private final ProvisionState to;

    LifeVerb(ProvisionState from, ProvisionState to) {
        this.from = from;
        this.to = to;
    }

    ProvisionState from() {
        return from;
    }

    ProvisionState to() {
        return to;
    }

    /** Does it, and returns when the node is in its last state. */
    void run(BareMetalDriver driver, URI image) throws InterruptedException {
        Instance instance = instance();
        switch (this) {
            case SPAWN ->
                driver.spawn(
                        CONTEXT, SpawnRequest.builder(instance, meta(image)).build());
            case REBUILD ->
                driver.rebuild(
                        CONTEXT, RebuildRequest.builder(instance, meta(image)).build());
            case DESTROY -> {
                driver.destroy(CONTEXT, DestroyRequest.of(instance));
                endOfNewest(driver);
            }
            case RESCUE -> rescue(driver).rescue(CONTEXT, instance, Secret.of("open sesame"));
            case UNRESCUE -> rescue(driver).unrescue(CONTEXT, instance);
            case MANAGE -> request(driver, NodeVerb.MANAGE, Map.of());
            case INSPECT -> request(driver, NodeVerb.INSPECT, Map.of());
            case CLEAN -> request(driver, NodeVerb.CLEAN, Map.of());
            case ADOPT ->
                request(
                        driver,
                        NodeVerb.ADOPT,
                        Map.of(
                                NodeVerb.INSTANCE,
                                INSTANCE.toString(),
                                NodeVerb.INSTANCE_NAME,
                                "web1",
                                NodeVerb.IMAGE,
                                "image-1"));
        }
    }

    static Instance instance() {
        Flavor flavor =
                Flavor.builder("metal").vcpus(4).memoryMb(8192).rootGb(1).build();
        return Instance.builder(INSTANCE, flavor)
                .name("web1")
                .hostname("web1")
                .node(NODE)
                .build();
    }

    private static ImageMeta meta(URI image) {
        return ImageMeta.builder("image-1").source(image).build();
    }

    private static InstanceRescue rescue(BareMetalDriver driver) {
        return driver.capability(InstanceRescue.class).orElseThrow();
    }

    private static void request(BareMetalDriver driver, NodeVerb verb, Map<String, String> values) {
        OperationRecord requested = driver.nodeOperations()
                .request(new Request(NODE, verb, values, Map.of(), "an operator", WithoutHost.REFUSE));
        end(driver, requested);
    }

    /** The cleaning begins in the transaction that ends the deletion. */
    private static void endOfNewest(BareMetalDriver driver) {
        end(driver, driver.nodeOperations().ofNode(NODE, 1).getFirst());
    }

    private static void end(BareMetalDriver driver, OperationRecord operation) {
        OperationRecord end = driver.nodeOperations().await(operation.id(), LIMIT);
        if (end.status() != OperationStatus.SUCCEEDED) {
            throw new IllegalStateException("the " + end.kind() + " is " + end.status() + ": " + end.failure());
        }
    }
}
