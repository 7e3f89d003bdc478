/**
 * Records in the tree: their JSON, their locks, live copies of them, and transactions that change them. Everything here
 * is used from one {@link dev.nodepool.internal.runtime.Loop} only, unless a class says otherwise.
 */
@NullMarked
package dev.nodepool.internal.store;

import org.jspecify.annotations.NullMarked;
