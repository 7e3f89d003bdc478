/**
 * Accounts and endpoints as the files of OpenStack's own clients hold them. Internal: promises nothing to other modules.
 */
@NullMarked
package dev.nodepool.driver.openstack.clouds;

import org.jspecify.annotations.NullMarked;
