/** The main job in one command: from nova.conf to running instances, on a rack of fake machines. */
@NullMarked
package org.novametal.examples.quickstart;

import org.jspecify.annotations.NullMarked;
