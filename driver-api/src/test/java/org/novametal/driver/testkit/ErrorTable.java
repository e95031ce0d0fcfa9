package org.novametal.driver.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.capability.DriverCapability;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.DriverOperation;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.InstanceOperation;
import org.novametal.driver.model.InstanceOperation.Kind;
import org.novametal.driver.model.OperationRequest;
import org.novametal.driver.model.RebuildRequest;
import org.novametal.driver.model.SpawnRequest;

/**
 * Checks a driver's error codes in every test of the kit: each code that a method throws, or returns in an operation,
 * must be a code that {@link DriverOperation} lists for the method.
 */
final class ErrorTable {
    private final List<String> violations = new ArrayList<>();

    /** Wraps the driver and its capabilities so that their error codes are checked. */
    ComputeDriver watch(ComputeDriver driver) {
        return watch(ComputeDriver.class, driver);
    }

    /** The violations found so far. */
    List<String> violations() {
        synchronized (violations) {
            return List.copyOf(violations);
        }
    }

    private <T> T watch(Class<T> type, Object target) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (_, method, arguments) -> call(target, method, arguments)));
    }

    private Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return watched(method.invoke(target, arguments), arguments);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof DriverException failure) {
                require(rowOf(method, arguments), failure.code(), failure.getMessage());
            }
            throw thrown.getCause();
        }
    }

    private Object watched(Object answer, Object[] arguments) {
        if (!(answer instanceof Optional<?> optional) || optional.isEmpty()) {
            checkOperation(answer);
            return answer;
        }
        checkOperation(optional.get());
        return optional.get() instanceof DriverCapability capability
                ? Optional.of(watch((Class<?>) arguments[0], capability))
                : answer;
    }

    private void checkOperation(Object answer) {
        if (answer instanceof InstanceOperation operation) {
            operation
                    .failure()
                    .ifPresent(failure -> require(rowOf(operation.kind()), failure.code(), failure.message()));
        }
    }

    private static DriverOperation rowOf(Method method, Object[] arguments) {
        if (!method.getName().equals("submit")) {
            return DriverOperation.ofMethod(method.getName());
        }
        return switch ((OperationRequest) arguments[1]) {
            case SpawnRequest _ -> DriverOperation.SPAWN;
            case RebuildRequest _ -> DriverOperation.REBUILD;
            case DestroyRequest _ -> DriverOperation.DESTROY;
        };
    }

    private static DriverOperation rowOf(Kind kind) {
        return switch (kind) {
            case SPAWN -> DriverOperation.SPAWN;
            case REBUILD -> DriverOperation.REBUILD;
            case DESTROY -> DriverOperation.DESTROY;
            case OTHER -> throw new IllegalArgumentException("no request begins an operation of another kind");
        };
    }

    private void require(DriverOperation row, ErrorCode code, String message) {
        if (!row.mayFailWith(code)) {
            synchronized (violations) {
                violations.add(row + " failed with " + code + ", which is not among " + row.codes() + ": " + message);
            }
        }
    }
}
