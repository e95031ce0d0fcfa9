/** The methods of Nova's driver interface that a Java method implements. */
@NullMarked
package org.novametal.driver.trace;

import org.jspecify.annotations.NullMarked;
