package dev.nodepool.drivers.fixed;

import dev.nodepool.driver.conformance.Scratch;
import dev.nodepool.driver.conformance.junit.ConformanceTests;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

class StaticConformanceIT implements ConformanceTests {

    private final ServerSocket host;

    StaticConformanceIT() throws IOException {
        host = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        host.close();
    }

    @Override
    public Scratch scratch() {
        return Scratch.of(
                new StaticDriver(),
                Map.of(
                        "name",
                        "racks",
                        "driver",
                        "static",
                        "pools",
                        List.of(Map.of("name", "main", "nodes", List.of(node("127.0.0.1"), node("localhost"))))));
    }

    private Map<String, Object> node(String name) {
        return Map.of("name", name, "labels", "small", "connection-port", host.getLocalPort(), "timeout", 5);
    }
}
