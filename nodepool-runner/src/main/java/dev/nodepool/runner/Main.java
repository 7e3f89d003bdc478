package dev.nodepool.runner;

import dev.nodepool.runner.command.Programs;

/** Runs the program that the first argument names. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        System.exit(Programs.run(args));
    }
}
