/**
 * The inventory: records of nodes and ports, their validation, enrolment and changes, and resource reports. Its interface to
 * the store is {@link org.novametal.baremetal.inventory.EnrolledNodes}.
 */
@NullMarked
package org.novametal.baremetal.inventory;

import org.jspecify.annotations.NullMarked;
