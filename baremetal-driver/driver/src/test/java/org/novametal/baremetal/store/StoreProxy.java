package org.novametal.baremetal.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** A store whose calls pass a test first. */
public final class StoreProxy {
    private StoreProxy() {}

    /** Does a call, or something else instead. */
    @FunctionalInterface
    public interface Gate {
        /** Passes a call of a port's method on, by {@code call}. */
        Object pass(Method method, Call call) throws Throwable;
    }

    /** The call itself. */
    @FunctionalInterface
    public interface Call {
        /** Does it. */
        Object go() throws Throwable;
    }

    /** That store behind a gate. */
    public static Store of(Store store, Gate gate) {
        NodeStore nodes = port(NodeStore.class, store.nodes(), gate);
        OperationStore operations = port(OperationStore.class, store.operations(), gate);
        AgentStore agents = port(AgentStore.class, store.agents(), gate);
        HostStore hosts = port(HostStore.class, store.hosts(), gate);
        Settings settings = port(Settings.class, store.settings(), gate);
        return (Store) Proxy.newProxyInstance(
                StoreProxy.class.getClassLoader(),
                new Class<?>[] {Store.class},
                (_, method, arguments) -> switch (method.getName()) {
                    case "nodes" -> nodes;
                    case "operations" -> operations;
                    case "agents" -> agents;
                    case "hosts" -> hosts;
                    case "settings" -> settings;
                    default -> invoke(store, method, arguments);
                });
    }

    private static <T> T port(Class<T> type, T port, Gate gate) {
        return type.cast(Proxy.newProxyInstance(
                StoreProxy.class.getClassLoader(),
                new Class<?>[] {type},
                (_, method, arguments) -> gate.pass(method, () -> invoke(port, method, arguments))));
    }

    private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
