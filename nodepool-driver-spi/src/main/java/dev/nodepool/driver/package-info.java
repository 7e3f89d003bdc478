/**
 * What the author of a provider driver implements and is given.
 *
 * <p>A driver owns single steps against its cloud: create, delete, list. The core owns order, retries, deadlines,
 * quota, host keys and clean-up. A driver never sees ZooKeeper. Types grow by default methods; nothing here depends on
 * more than the JDK.
 */
@NullMarked
package dev.nodepool.driver;

import org.jspecify.annotations.NullMarked;
