/**
 * oslo.config files: {@link org.novametal.driver.config.NovaConf} reads them as Nova does. A module declares its
 * options as a table: a list of {@link org.novametal.driver.config.OptionSection}s of {@link
 * org.novametal.driver.config.Option}s, which are read through a {@link org.novametal.driver.config.ConfReader} and
 * printed by {@link org.novametal.driver.config.OptionSample}.
 */
@NullMarked
package org.novametal.driver.config;

import org.jspecify.annotations.NullMarked;
