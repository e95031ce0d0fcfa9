package org.novametal.examples.cli;

import org.novametal.bmc.Bmc;

/**
 * A BMC that a command is for.
 *
 * @param name its node's name, or, where there is none, its address
 * @param bmc the BMC
 */
record Target(String name, Bmc bmc) {}
