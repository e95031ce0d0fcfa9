/**
 * The plans: one class per kind of operation, which creates the steps from options and selects the steps of a new operation.
 */
@NullMarked
package org.novametal.baremetal.plan;

import org.jspecify.annotations.NullMarked;
