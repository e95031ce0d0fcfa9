/** Steps that make the deploy ramdisk a rescue system. */
@NullMarked
package org.novametal.baremetal.step.rescue;

import org.jspecify.annotations.NullMarked;
