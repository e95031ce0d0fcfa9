/**
 * Import and export of the inventory: documents of this project in YAML and JSON, exports of Ironic, and tables of Nova's former
 * bare-metal driver. Every format is converted to the fields of one {@link
 * org.novametal.baremetal.exchange.DraftNode draft} a node; one reader checks these fields, and one {@link
 * org.novametal.baremetal.exchange.ImportPlan plan} compares them with the inventory. Nothing here opens a file or a
 * connection; {@link org.novametal.baremetal.inventory.Enrolment} is the only writer of the inventory.
 */
@NullMarked
package org.novametal.baremetal.exchange;

import org.jspecify.annotations.NullMarked;
