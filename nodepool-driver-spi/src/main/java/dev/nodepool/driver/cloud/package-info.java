/**
 * The configuration most drivers for clouds share: pools of labels, each with an image and a flavor, as Nodepool has
 * always written it for OpenStack. A driver may use it as it is and read keys of its own beside it.
 */
@NullMarked
package dev.nodepool.driver.cloud;

import org.jspecify.annotations.NullMarked;
