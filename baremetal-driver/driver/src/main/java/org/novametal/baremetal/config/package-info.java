/**
 * The options of the group {@code [baremetal]}: their table, their values, their errors.
 *
 * <p>The values of a choice are the enum of the package that uses it ({@code bmc}, {@code baremetal.power},
 * {@code baremetal.step.clean}), so that no second enum repeats it; those packages do not depend on this one.
 */
@NullMarked
package org.novametal.baremetal.config;

import org.jspecify.annotations.NullMarked;
