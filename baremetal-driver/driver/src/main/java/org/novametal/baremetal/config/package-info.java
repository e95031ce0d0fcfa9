/**
 * The options of the group {@code [baremetal]}: their table, their values, their errors.
 */
@NullMarked
package org.novametal.baremetal.config;

import org.jspecify.annotations.NullMarked;
