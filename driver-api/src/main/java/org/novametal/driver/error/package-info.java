/** What a driver refuses or fails with, and what the compute service then does. */
@NullMarked
package org.novametal.driver.error;

import org.jspecify.annotations.NullMarked;
