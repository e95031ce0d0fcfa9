/** Which method of Nova's driver interface a Java method answers. */
@NullMarked
package org.novametal.driver.trace;

import org.jspecify.annotations.NullMarked;
