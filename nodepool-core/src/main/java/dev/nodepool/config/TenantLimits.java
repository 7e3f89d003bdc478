package dev.nodepool.config;

import dev.nodepool.driver.Amounts;

/** What one tenant may have of everything together. */
public record TenantLimits(String tenant, Amounts limits) {}
