package org.novametal.bmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.novametal.bmc.BmcException.Reason;

/** Assertions on calls that fail. */
public final class BmcFailures {
    private BmcFailures() {}

    /** Checks that a call fails for a reason; returns an assertion on the exception. */
    public static AbstractThrowableAssert<?, ?> assertFails(Reason reason, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        BmcException.class,
                        e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }
}
