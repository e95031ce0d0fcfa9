/** Makes the object that is named in the configuration: {@link org.novametal.driver.loader.DriverLoader}. */
@NullMarked
package org.novametal.driver.loader;

import org.jspecify.annotations.NullMarked;
