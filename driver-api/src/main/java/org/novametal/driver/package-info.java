/**
 * The compute driver contract: what a compute service calls, named as Nova names it.
 *
 * <p>{@link org.novametal.driver.ComputeDriver} is the whole of it; what only some drivers can do is a capability in
 * {@code org.novametal.driver.capability}.
 */
@NullMarked
package org.novametal.driver;

import org.jspecify.annotations.NullMarked;
