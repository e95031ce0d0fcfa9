/**
 * The options of the group {@code [baremetal]}: their table, their values, their errors.
 *
 * <p>A choice is the enum of the package that acts on it ({@code bmc}, {@code baremetal.power}, {@code
 * baremetal.step.clean}), so that no second enum repeats it; those packages do not know this one.
 */
@NullMarked
package org.novametal.baremetal.config;

import org.jspecify.annotations.NullMarked;
