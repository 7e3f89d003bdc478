package dev.nodepool.runner.command;

/** What a listing is printed as. */
enum Format {
    text,
    json
}
