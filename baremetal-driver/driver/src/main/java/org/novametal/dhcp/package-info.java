/** What the driver reads of the DHCP server dnsmasq. */
@NullMarked
package org.novametal.dhcp;

import org.jspecify.annotations.NullMarked;
