/**
 * The plans: one class a kind of operation, which makes its steps from options and says which of them a new operation has.
 */
@NullMarked
package org.novametal.baremetal.plan;

import org.jspecify.annotations.NullMarked;
