package org.novametal.examples.computehost.wire;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.InstanceOperation;
import org.novametal.driver.model.InstanceOperation.Failure;
import org.novametal.driver.model.InstanceOperation.Phase;
import org.novametal.driver.model.InstanceOperation.Unused;

/**
 * The state of an operation as a caller sees it.
 *
 * @param key its key
 * @param instance the instance
 * @param phase its phase
 * @param step the current or last step; empty before the first step
 * @param fraction the part that is done, 0.0 to 1.0
 * @param text a description of the progress for people; may be empty
 * @param failure why it failed, was cancelled or is being undone
 * @param unused the parts of the request that were not used
 * @param begunAt when it began
 */
public record OperationDocument(
        OperationKey key,
        InstanceId instance,
        Phase phase,
        String step,
        double fraction,
        String text,
        Optional<Failure> failure,
        Set<Unused> unused,
        Instant begunAt) {
    /** Copies the set. */
    public OperationDocument {
        unused = Set.copyOf(unused);
    }

    /** The state of an operation in the driver's store. */
    public static OperationDocument of(OperationKey key, InstanceOperation operation) {
        return new OperationDocument(
                key,
                operation.instance(),
                operation.phase(),
                operation.step(),
                operation.fraction(),
                operation.text(),
                operation.failure(),
                operation.unused(),
                operation.begunAt());
    }

    /** An operation that runs in the process of the compute host and has no steps. */
    public static OperationDocument running(OperationKey key, InstanceId instance, Instant begunAt) {
        return new OperationDocument(key, instance, Phase.RUNNING, "", 0.0, "", Optional.empty(), Set.of(), begunAt);
    }

    /** A copy that has succeeded. */
    public OperationDocument succeeded() {
        return new OperationDocument(
                key, instance, Phase.SUCCEEDED, step, 1.0, text, Optional.empty(), unused, begunAt);
    }

    /** A copy that has ended without success. */
    public OperationDocument failed(Phase end, Failure why) {
        return new OperationDocument(key, instance, end, step, fraction, text, Optional.of(why), unused, begunAt);
    }

    /** Whether the operation has ended. */
    public boolean isFinished() {
        return phase.isFinished();
    }

    /** The JSON. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("key", key.toString())
                .put("instance_uuid", instance.toString())
                .put("request_id", key.requestId())
                .put("kind", key.kind().wireName())
                .put("phase", WireNames.of(phase))
                .put("finished", phase.isFinished())
                .put("step", step)
                .put("fraction", fraction)
                .put("text", text)
                .put("begun_at", begunAt.toString());
        failure.ifPresent(why -> json.set("error", ErrorJson.body(why.code(), why.message())));
        unused.stream().map(WireNames::of).sorted().forEach(json.putArray("unused")::add);
        return json;
    }
}
