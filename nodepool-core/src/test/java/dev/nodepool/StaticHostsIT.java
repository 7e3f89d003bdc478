package dev.nodepool;

import java.security.KeyPair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;

/** Static hosts on MINA's SSH server. */
class StaticHostsIT extends StaticHostsBase {

    private final List<SshServer> servers = new ArrayList<>();
    private final Map<Integer, List<KeyPair>> keys = new HashMap<>();

    @Override
    int startServer() throws Exception {
        var pairs = List.of(
                KeyUtils.generateKeyPair("ssh-ed25519", 256), KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256));
        var server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setPort(0);
        server.setKeyPairProvider(KeyPairProvider.wrap(pairs));
        server.setPasswordAuthenticator((user, password, session) -> false);
        server.start();
        servers.add(server);
        keys.put(server.getPort(), pairs);
        return server.getPort();
    }

    @Override
    List<String> hostKeys(int port) {
        return keys.getOrDefault(port, List.of()).stream()
                .map(pair -> PublicKeyEntry.toString(pair.getPublic()))
                .toList();
    }

    @Override
    void stopServers() throws Exception {
        for (var server : servers) {
            server.stop(true);
        }
    }
}
