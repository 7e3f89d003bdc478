/** The programs and subcommands, their options and exit codes. */
@NullMarked
package dev.nodepool.runner.command;

import org.jspecify.annotations.NullMarked;
