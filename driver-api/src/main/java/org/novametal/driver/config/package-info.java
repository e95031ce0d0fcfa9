/** oslo.config files: {@link org.novametal.driver.config.NovaConf} reads them as Nova does. */
@NullMarked
package org.novametal.driver.config;

import org.jspecify.annotations.NullMarked;
