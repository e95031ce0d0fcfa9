package org.novametal.driver;

import java.time.Duration;
import java.util.Optional;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceOperation;
import org.novametal.driver.model.InstanceOperation.Failure;
import org.novametal.driver.model.InstanceOperation.Kind;
import org.novametal.driver.model.OperationRequest;
import org.novametal.driver.model.RequestContext;

/** The blocking form of {@link ComputeDriver#submit}. */
final class BlockingOperation {
    /** The limit of each call of {@code await}. Its length does not matter, because an interrupt ends the wait. */
    private static final Duration SLICE = Duration.ofMinutes(1);

    private BlockingOperation() {}

    /**
     * Begins the operation, or joins it when it is under way already, and waits until it has ended. An interrupt ends
     * only the wait.
     */
    static void run(ComputeDriver driver, RequestContext context, OperationRequest request)
            throws InterruptedException {
        InstanceOperation operation = driver.submit(context, request);
        while (!operation.isFinished()) {
            Optional<InstanceOperation> newest = driver.await(request.instance().id(), SLICE);
            if (newest.isEmpty()) {
                throw new DriverException(
                        ErrorCode.HOST_UNAVAILABLE,
                        "the driver no longer knows " + operation + ", which it had begun; submit it again");
            }
            if (newest.get().kind() != operation.kind()) {
                superseded(operation, newest.get());
                return;
            }
            operation = newest.get();
        }
        Optional<Failure> failure = operation.failure();
        if (failure.isPresent()) {
            throw new DriverException(failure.get().code(), failure.get().message());
        }
    }

    /**
     * Handles an operation that ended between two waits and was followed by an operation of another kind: throws unless
     * the later kind shows that the earlier operation succeeded.
     */
    private static void superseded(InstanceOperation operation, InstanceOperation newest) {
        // Only a running instance can be rebuilt, and only a removed instance can be spawned again.
        boolean succeeded = switch (operation.kind()) {
            case SPAWN -> newest.kind() == Kind.REBUILD;
            case DESTROY -> true;
            case REBUILD, OTHER -> false;
        };
        if (!succeeded) {
            throw new DriverException(
                    ErrorCode.CANCELLED,
                    "the " + operation.kind() + " of instance " + operation.instance() + " was ended by a later "
                            + newest.kind());
        }
    }
}
