/** What only some drivers can do: one interface a capability, found by {@link org.novametal.driver.ComputeDriver#capability}. */
@NullMarked
package org.novametal.driver.capability;

import org.jspecify.annotations.NullMarked;
