/** What is used, reserved and free, per provider, pool and tenant. Pure. */
@NullMarked
package dev.nodepool.internal.quota;

import org.jspecify.annotations.NullMarked;
