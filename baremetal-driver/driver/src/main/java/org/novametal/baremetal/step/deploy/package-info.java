/**
 * Steps that put an image on a node's disk.
 */
@NullMarked
package org.novametal.baremetal.step.deploy;

import org.jspecify.annotations.NullMarked;
