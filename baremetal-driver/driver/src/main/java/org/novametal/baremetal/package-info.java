/** The bare-metal compute driver: the facade for compute services, its factory, and the wiring of its parts. */
@NullMarked
package org.novametal.baremetal;

import org.jspecify.annotations.NullMarked;
