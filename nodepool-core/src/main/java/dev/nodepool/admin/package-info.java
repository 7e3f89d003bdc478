/** What operators read and order, on any host that reaches ZooKeeper. */
@NullMarked
package dev.nodepool.admin;

import org.jspecify.annotations.NullMarked;
