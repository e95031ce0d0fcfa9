package org.novametal.baremetal.provision;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.novametal.baremetal.inventory.NodeStore;

/** A store whose process dies right after a given write: nothing it is asked later is done. */
final class DyingStore {
    private static final Set<String> WRITES =
            Set.of("begin", "change", "end", "forgetAgent", "recordPower", "saveAgent");

    /** What the dead process's threads see. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    private DyingStore() {}

    /** Wraps a store; {@code writesLeft} is how many writes it does before it dies. */
    static NodeStore wrap(NodeStore store, AtomicInteger writesLeft) {
        return (NodeStore) Proxy.newProxyInstance(
                DyingStore.class.getClassLoader(), new Class<?>[] {NodeStore.class}, (proxy, method, arguments) -> {
                    if (writesLeft.get() <= 0) {
                        throw new Death();
                    }
                    try {
                        Object answer = method.invoke(store, arguments);
                        if (WRITES.contains(method.getName()) && writesLeft.decrementAndGet() <= 0) {
                            throw new Death();
                        }
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
