package dev.nodepool.runner.host;

import dev.nodepool.testing.HostProgram;
import java.io.IOException;
import java.util.stream.Stream;

/** A client written with kazoo that asks for nodes, uses them and gives them back as Zuul does, and checks them. */
public final class ZuulClient {

    private ZuulClient() {}

    /** Starts it; its exit code tells whether everything was as it must be, its last line what was not. */
    public static HostProgram start(String zooKeeper, String... arguments) throws IOException {
        return HostProgram.python(
                ZuulClient.class,
                "zuul_client.py",
                Stream.concat(Stream.of(zooKeeper), Stream.of(arguments)).toArray(String[]::new));
    }
}
