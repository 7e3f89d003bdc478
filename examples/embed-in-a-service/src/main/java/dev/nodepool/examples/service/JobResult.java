package dev.nodepool.examples.service;

/**
 * What came of a job.
 *
 * @param node id of the machine it ran on
 * @param exit the command's exit status
 * @param output what the command printed
 */
public record JobResult(String node, int exit, String output) {}
