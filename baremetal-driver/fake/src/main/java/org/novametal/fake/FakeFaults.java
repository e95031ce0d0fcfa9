package org.novametal.fake;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The faults that a BMC has, each with its number; see {@link FakeFault}.
 *
 * @param numbers the faults; 0 for a fault without a unit
 */
public record FakeFaults(Map<FakeFault, Integer> numbers) {
    /** A sound BMC on a sound network. */
    public static final FakeFaults NONE = new FakeFaults(Map.of());

    /** Checks and copies. */
    public FakeFaults {
        numbers = Map.copyOf(numbers);
        numbers.forEach((fault, number) -> {
            int least = fault.unit() == FakeFault.Unit.NONE ? 0 : 1;
            if (number < least || number > fault.unit().most()) {
                throw new IllegalArgumentException(fault.text() + " with number " + number + "; it takes "
                        + (least == 0 ? "none" : "1 to " + fault.unit().most()));
            }
        });
    }

    /** Some faults, with their usual numbers. */
    public static FakeFaults of(FakeFault... faults) {
        return new FakeFaults(Arrays.stream(faults).collect(Collectors.toMap(fault -> fault, FakeFault::usual)));
    }

    /** These and one more, or the same with another number. */
    public FakeFaults with(FakeFault fault, int number) {
        Map<FakeFault, Integer> all = new EnumMap<>(FakeFault.class);
        all.putAll(numbers);
        all.put(fault, number);
        return new FakeFaults(all);
    }

    /** Whether there are none. */
    public boolean isNone() {
        return numbers.isEmpty();
    }

    /** Whether that one is among them. */
    public boolean has(FakeFault fault) {
        return numbers.containsKey(fault);
    }

    /** Its number, 0 where it is not among them. */
    public int number(FakeFault fault) {
        return numbers.getOrDefault(fault, 0);
    }
}
