/** The driver for OpenStack clouds. */
@NullMarked
package dev.nodepool.driver.openstack;

import org.jspecify.annotations.NullMarked;
