/**
 * What holds when processes die at any moment, when many work on the same nodes at once, and when disk and database fail.
 */
@NullMarked
package org.novametal.baremetal.crash;

import org.jspecify.annotations.NullMarked;
