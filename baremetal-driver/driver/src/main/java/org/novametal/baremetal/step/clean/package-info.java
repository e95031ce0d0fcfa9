/**
 * Steps that erase a node's disks.
 */
@NullMarked
package org.novametal.baremetal.step.clean;

import org.jspecify.annotations.NullMarked;
