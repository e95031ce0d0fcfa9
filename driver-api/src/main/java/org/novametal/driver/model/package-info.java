/** What goes into and comes out of a driver: values, all immutable. */
@NullMarked
package org.novametal.driver.model;

import org.jspecify.annotations.NullMarked;
