/** The run that shows a Java VM which classes the programs need. */
@NullMarked
package dev.nodepool.runner.rehearsal;

import org.jspecify.annotations.NullMarked;
