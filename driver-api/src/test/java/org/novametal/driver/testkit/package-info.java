/** The contract test-kit that every driver must pass. */
@NullMarked
package org.novametal.driver.testkit;

import org.jspecify.annotations.NullMarked;
