/**
 * The command line {@code nova-metal}: words for people around methods of the library; it holds no rules.
 */
@NullMarked
package org.novametal.examples.cli;

import org.jspecify.annotations.NullMarked;
