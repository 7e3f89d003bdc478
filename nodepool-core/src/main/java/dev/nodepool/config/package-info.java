/**
 * nodepool.yaml and secure.conf as one immutable whole, read with all problems in one answer.
 */
@NullMarked
package dev.nodepool.config;

import org.jspecify.annotations.NullMarked;
