/** An OpenStack cloud that speaks HTTP, counts calls and fails on order. For tests. */
@NullMarked
package dev.nodepool.driver.openstack.fakecloud;

import org.jspecify.annotations.NullMarked;
