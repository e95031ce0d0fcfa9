/** The plans: one class per kind of operation, which creates its steps from options and selects those of a new operation. */
@NullMarked
package org.novametal.baremetal.plan;

import org.jspecify.annotations.NullMarked;
