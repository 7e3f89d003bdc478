package dev.nodepool.driver;

import org.jspecify.annotations.Nullable;

/**
 * How a machine is reached and used.
 *
 * @param connectionType {@code ssh}, {@code winrm}, {@code network_cli} or what else the driver's users know
 * @param port TCP port
 * @param username login name, null when unknown
 * @param pythonPath path of Python, {@code auto} to let Ansible find it, null when unknown
 * @param shellType Ansible's shell type, null when unknown
 */
public record Access(
        String connectionType,
        int port,
        @Nullable String username,
        @Nullable String pythonPath,
        @Nullable String shellType) {

    /** OpenSSH on port 22, no user name. */
    public static final Access SSH = new Access("ssh", 22, null, "auto", null);

    /** The port that machines of a connection type listen on when the configuration names none. */
    public static int defaultPort(String connectionType) {
        return connectionType.equals("winrm") ? 5986 : 22;
    }
}
