/**
 * Optional abilities of drivers: one interface per capability, found by {@link
 * org.novametal.driver.ComputeDriver#capability}.
 */
@NullMarked
package org.novametal.driver.capability;

import org.jspecify.annotations.NullMarked;
