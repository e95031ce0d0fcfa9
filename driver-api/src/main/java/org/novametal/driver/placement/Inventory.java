package org.novametal.driver.placement;

/**
 * How much of one resource class a provider has.
 *
 * <p>Source: placement API, {@code PUT /resource_providers/{uuid}/inventories}.
 *
 * @param total the whole amount
 * @param reserved the part of it that must not be allocated
 * @param minUnit the smallest amount of one allocation
 * @param maxUnit the largest amount of one allocation
 * @param stepSize every allocation is a multiple of this amount
 * @param allocationRatio how many times the amount may be allocated; 1.0 for bare metal
 */
public record Inventory(int total, int reserved, int minUnit, int maxUnit, int stepSize, double allocationRatio) {
    /** The inventory of a node that is allocated as a whole: one unit, ratio 1.0. */
    public static Inventory wholeNode(int reserved) {
        return new Inventory(1, reserved, 1, 1, 1, 1.0);
    }
}
