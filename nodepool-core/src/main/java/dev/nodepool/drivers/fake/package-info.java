/**
 * The driver {@code fake}: a cloud in memory, or in a file that several processes share, with the flavors, zones,
 * limits and addresses of the fake cloud of Python Nodepool, and with latency and faults on order. Written on the
 * driver SPI alone, so it also shows how to write a driver.
 */
@NullMarked
package dev.nodepool.drivers.fake;

import org.jspecify.annotations.NullMarked;
