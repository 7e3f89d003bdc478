package dev.nodepool.view;

import java.util.List;

/**
 * Whether a launcher is fully started.
 *
 * @param ready true once every configured provider is started; stays true
 * @param waitingFor what start-up still waits for, for people, e.g. {@code ZooKeeper} or {@code provider north}
 * @param failed providers that can not be started, with the reason
 */
public record Readiness(boolean ready, List<String> waitingFor, List<String> failed) {}
