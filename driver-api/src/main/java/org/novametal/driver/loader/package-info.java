/** From a name in the configuration to the object it names: {@link org.novametal.driver.loader.DriverLoader}. */
@NullMarked
package org.novametal.driver.loader;

import org.jspecify.annotations.NullMarked;
