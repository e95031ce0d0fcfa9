/**
 * The compute driver contract: what a compute service calls, named as Nova names it.
 *
 * <p>{@link org.novametal.driver.ComputeDriver} is the whole contract; abilities that only some drivers have are
 * capabilities in {@code org.novametal.driver.capability}.
 */
@NullMarked
package org.novametal.driver;

import org.jspecify.annotations.NullMarked;
