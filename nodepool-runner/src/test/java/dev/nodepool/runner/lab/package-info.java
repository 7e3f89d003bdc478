/** The programs against a real OpenStack; run by the profile {@code lab} alone. */
@NullMarked
package dev.nodepool.runner.lab;

import org.jspecify.annotations.NullMarked;
