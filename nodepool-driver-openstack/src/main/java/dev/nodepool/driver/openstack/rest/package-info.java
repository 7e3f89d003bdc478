/**
 * Calls to the services of one cloud: connections, token, catalog, pace, faults. Internal: promises nothing to other
 * modules.
 */
@NullMarked
package dev.nodepool.driver.openstack.rest;

import org.jspecify.annotations.NullMarked;
