/**
 * The inventory: records of nodes, ports, port groups and hardware documents, the rules for them ({@link
 * org.novametal.baremetal.inventory.NodeRules}), enrolment and changes, and resource reports. Its interface to the store is
 * {@link org.novametal.baremetal.inventory.EnrolledNodes}.
 */
@NullMarked
package org.novametal.baremetal.inventory;

import org.jspecify.annotations.NullMarked;
