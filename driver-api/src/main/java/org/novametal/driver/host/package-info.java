/** What the compute service gives a driver: events, clock. */
@NullMarked
package org.novametal.driver.host;

import org.jspecify.annotations.NullMarked;
