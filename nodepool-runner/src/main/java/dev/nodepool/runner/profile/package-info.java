/** What the process does at the moment, for who has to find out why it is slow or hangs: SIGUSR2. */
@NullMarked
package dev.nodepool.runner.profile;

import org.jspecify.annotations.NullMarked;
