package org.novametal.examples.computehost.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.InstanceOperation;
import org.novametal.driver.model.InstanceOperation.Kind;
import org.novametal.driver.model.RequestContext;

/** Drivers whose destroys never end. */
final class SlowDestroys {
    private SlowDestroys() {}

    static ComputeDriver of(ComputeDriver driver) {
        Map<InstanceId, InstanceOperation> destroys = new ConcurrentHashMap<>();
        return (ComputeDriver) Proxy.newProxyInstance(
                SlowDestroys.class.getClassLoader(), new Class<?>[] {ComputeDriver.class}, (_, method, arguments) -> {
                    if (method.getName().equals("submit") && arguments[1] instanceof DestroyRequest request) {
                        InstanceId id = request.instance().id();
                        RequestContext context = (RequestContext) arguments[0];
                        return destroys.computeIfAbsent(
                                id,
                                _ -> InstanceOperation.builder(
                                                UUID.randomUUID(), id, Kind.DESTROY, context.requestId(), Instant.EPOCH)
                                        .build());
                    }
                    if (method.getName().equals("await") && destroys.containsKey(arguments[0])) {
                        Thread.sleep((Duration) arguments[1]);
                    }
                    if (method.getName().equals("progress") && destroys.containsKey(arguments[0])) {
                        return Optional.of(destroys.get(arguments[0]));
                    }
                    try {
                        return method.invoke(driver, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
