/** The errors of a driver, and how the compute service reacts to them. */
@NullMarked
package org.novametal.driver.error;

import org.jspecify.annotations.NullMarked;
