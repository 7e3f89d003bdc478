@NullMarked
package dev.nodepool.admin;

import org.jspecify.annotations.NullMarked;
