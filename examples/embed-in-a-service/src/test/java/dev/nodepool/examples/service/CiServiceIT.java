package dev.nodepool.examples.service;

import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;

/** On MINA's SSH server, with the shell of this machine. */
class CiServiceIT extends CiServiceBase {

    private final List<SshServer> servers = new ArrayList<>();

    @Override
    int startServer(KeyPair client) throws Exception {
        var server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setPort(0);
        server.setKeyPairProvider(KeyPairProvider.wrap(KeyUtils.generateKeyPair("ssh-ed25519", 256)));
        server.setPublickeyAuthenticator((user, key, session) -> KeyUtils.compareKeys(key, client.getPublic()));
        server.setCommandFactory((channel, command) ->
                ProcessShellCommandFactory.INSTANCE.createCommand(channel, "/bin/sh -c '" + command + "'"));
        server.start();
        servers.add(server);
        return server.getPort();
    }

    @Override
    void stopServers() throws Exception {
        for (var server : servers) {
            server.stop(true);
        }
    }
}
