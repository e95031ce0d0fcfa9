/** Resource providers as Nova's placement service sees them: inventories, resource classes, traits. */
@NullMarked
package org.novametal.driver.placement;

import org.jspecify.annotations.NullMarked;
