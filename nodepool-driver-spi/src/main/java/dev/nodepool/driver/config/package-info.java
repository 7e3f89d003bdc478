/** How a driver reads its part of a configuration file: values with their places, and problems told all at once. */
@NullMarked
package dev.nodepool.driver.config;

import org.jspecify.annotations.NullMarked;
