package dev.nodepool.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A machine that a lease holds.
 *
 * @param id id of its record
 * @param label the label asked for
 * @param address where to connect, null when the provider gave none
 * @param port TCP port to connect to
 * @param username login name, null when unknown
 * @param hostKeys its host keys, {@code type base64} each
 */
public record LeasedNode(
        String id,
        String label,
        String provider,
        @Nullable String address,
        int port,
        @Nullable String username,
        List<String> hostKeys) {}
