package org.novametal.baremetal.provision;

import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreProxy;

/** A store whose process dies right after a given write: nothing it is asked later is done. */
final class DyingStore {
    private static final Set<String> WRITES = Set.of("begin", "change", "end", "forget", "recordPower", "save");

    /** What the dead process's threads see. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    private DyingStore() {}

    /** Wraps a store; {@code writesLeft} is how many writes it does before it dies. */
    static Store wrap(Store store, AtomicInteger writesLeft) {
        return StoreProxy.of(store, (method, call) -> {
            if (writesLeft.get() <= 0) {
                throw new Death();
            }
            Object answer = call.go();
            if (WRITES.contains(method.getName()) && writesLeft.decrementAndGet() <= 0) {
                throw new Death();
            }
            return answer;
        });
    }
}
