package dev.nodepool.internal.tree;

import org.junit.jupiter.api.Test;

class ZooKeeperServerFixtureIT {

    @Test
    void listensOnLoopbackOnly() throws Exception {
        try (var server = ZooKeeperServerFixture.start()) {
            EmbeddedServerIT.assertListensOnlyOnLoopback(server.port());
        }
    }
}
