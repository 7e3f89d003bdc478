package dev.nodepool.driver.config;

/** A mapping of a configuration file. */
public interface ConfigSection {}
