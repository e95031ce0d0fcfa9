/** The parameters and results of a driver: immutable values. */
@NullMarked
package org.novametal.driver.model;

import org.jspecify.annotations.NullMarked;
