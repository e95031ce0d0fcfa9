/** OpenStack's services: tokens of Keystone, and images of Glance. Knows neither the driver nor its configuration. */
@NullMarked
package org.novametal.openstack;

import org.jspecify.annotations.NullMarked;
