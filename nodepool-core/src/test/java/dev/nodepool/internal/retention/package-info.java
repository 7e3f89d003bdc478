@org.jspecify.annotations.NullMarked
package dev.nodepool.internal.retention;
