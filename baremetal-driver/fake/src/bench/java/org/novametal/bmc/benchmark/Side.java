package org.novametal.bmc.benchmark;

import java.util.List;

/** One side of a comparison. */
public sealed interface Side {
    /** The same with what all rounds took together. */
    default Side total() {
        return this;
    }

    /**
     * It was measured.
     *
     * @param values one a round, at least one
     */
    record Measured(List<Double> values) implements Side {
        public Measured {
            values = values.stream().sorted().toList();
            if (values.isEmpty()) {
                throw new IllegalArgumentException("a figure without a measurement");
            }
        }

        public double median() {
            int middle = values.size() / 2;
            return values.size() % 2 == 1 ? values.get(middle) : (values.get(middle - 1) + values.get(middle)) / 2;
        }

        @Override
        public Measured total() {
            return new Measured(
                    List.of(values.stream().mapToDouble(Double::doubleValue).sum()));
        }

        public double least() {
            return values.getFirst();
        }

        public double most() {
            return values.getLast();
        }
    }

    /** It could not be measured; this is why. */
    record Missing(String why) implements Side {}

    /** Nothing to compare with. */
    record None() implements Side {}
}
