/**
 * The options of the group {@code [baremetal]}: their table, their values, their errors.
 *
 * <p>An option with a choice of values uses the enum of the package that acts on it ({@code bmc}, {@code baremetal.power},
 * {@code baremetal.step.clean}), so that there is no second enum with the same values. Those packages do not depend on this
 * package.
 */
@NullMarked
package org.novametal.baremetal.config;

import org.jspecify.annotations.NullMarked;
