/** The file system of config drives. Knows nothing else of this program. */
@NullMarked
package org.novametal.configdrive;

import org.jspecify.annotations.NullMarked;
