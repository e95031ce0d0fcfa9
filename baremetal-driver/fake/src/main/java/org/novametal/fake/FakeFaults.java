package org.novametal.fake;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The faults of a BMC, each with its number; see {@link FakeFault}.
 *
 * @param numbers the number of each fault; 0 for a fault without a unit
 */
public record FakeFaults(Map<FakeFault, Integer> numbers) {
    /** A BMC and a network without faults. */
    public static final FakeFaults NONE = new FakeFaults(Map.of());

    /** Checks and copies the numbers. */
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

    /** These faults, with their usual numbers. */
    public static FakeFaults of(FakeFault... faults) {
        return new FakeFaults(Arrays.stream(faults).collect(Collectors.toMap(fault -> fault, FakeFault::usual)));
    }

    /** These faults and one more, or with another number for one of them. */
    public FakeFaults with(FakeFault fault, int number) {
        Map<FakeFault, Integer> all = new EnumMap<>(FakeFault.class);
        all.putAll(numbers);
        all.put(fault, number);
        return new FakeFaults(all);
    }

    /** Whether there are no faults. */
    public boolean isNone() {
        return numbers.isEmpty();
    }

    /** Whether that fault is among these. */
    public boolean has(FakeFault fault) {
        return numbers.containsKey(fault);
    }

    /** The number of that fault, 0 when it is not among these. */
    public int number(FakeFault fault) {
        return numbers.getOrDefault(fault, 0);
    }
}
