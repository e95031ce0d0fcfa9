package org.novametal.driver.placement;

/**
 * How much of one resource class a provider has.
 *
 * <p>Source: placement API, {@code PUT /resource_providers/{uuid}/inventories}.
 *
 * @param total the whole amount
 * @param reserved what of it may not be allocated
 * @param minUnit the least one allocation may take
 * @param maxUnit the most one allocation may take
 * @param stepSize allocations are multiples of this
 * @param allocationRatio how often the amount may be given out; 1.0 for bare metal
 */
public record Inventory(int total, int reserved, int minUnit, int maxUnit, int stepSize, double allocationRatio) {
    /** A node that is taken whole: one unit, ratio 1.0. */
    public static Inventory wholeNode(int reserved) {
        return new Inventory(1, reserved, 1, 1, 1, 1.0);
    }
}
