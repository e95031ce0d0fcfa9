package org.novametal.driver.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * An option whose values have an order: numbers and durations.
 *
 * @param <T> the type of its value
 */
public final class OrderedOption<T extends Comparable<? super T>> extends ConfOption<T> {
    OrderedOption(
            ConfReader reader,
            Supplier<List<NovaConf.Entry>> source,
            String key,
            Visibility visibility,
            T blank,
            Function<List<String>, Optional<T>> conversion) {
        super(reader, source, key, visibility, blank, conversion);
    }

    /** Sets the least valid value. */
    public OrderedOption<T> min(T least) {
        return check(value -> value.compareTo(least) >= 0, "is less than the minimum of " + shown(least));
    }

    /** Sets the greatest valid value. */
    public OrderedOption<T> max(T greatest) {
        return check(value -> value.compareTo(greatest) <= 0, "is greater than the maximum of " + shown(greatest));
    }

    @Override
    public OrderedOption<T> check(Predicate<T> right, String complaint) {
        super.check(right, complaint);
        return this;
    }

    private static String shown(Object bound) {
        return bound instanceof Duration duration
                ? BigDecimal.valueOf(duration.toMillis(), 3)
                                .stripTrailingZeros()
                                .toPlainString() + " seconds"
                : bound.toString();
    }
}
