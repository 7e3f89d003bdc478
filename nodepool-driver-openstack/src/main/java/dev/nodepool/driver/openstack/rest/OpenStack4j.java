package dev.nodepool.driver.openstack.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.openstack4j.api.OSClient.OSClientV3;
import org.openstack4j.api.types.Facing;
import org.openstack4j.core.transport.Config;
import org.openstack4j.core.transport.ObjectMapperSingleton;
import org.openstack4j.core.transport.internal.HttpExecutor;
import org.openstack4j.openstack.OSFactory;
import org.openstack4j.openstack.identity.v3.domain.KeystoneToken;

/**
 * What openstack4j does for us, on the calling thread, which waits. openstack4j ties a session to a thread and never lets
 * go of it, so every use binds anew. Thread-safe.
 */
public final class OpenStack4j {

    /** Longer than any call with its repetition takes. */
    private static final long LONGEST_SECONDS = 150;

    private final Rest rest;
    private final Config config;

    public OpenStack4j(Rest rest) {
        this.rest = rest;
        config = Config.newConfig().withEndpointURLResolver(new CloudResolver(rest));
    }

    /** All that a server has written to its console, as far as Nova keeps it. */
    public String console(String server) throws DriverException {
        return on(client -> client.compute().servers().getConsoleOutput(server, 0));
    }

    <T> T on(Function<OSClientV3, T> work) throws DriverException {
        var connector = HttpExecutor.create().getExecutorName();
        if (!connector.equals(Connector.NAME)) {
            throw new DriverException(
                    Fault.INVALID_CONFIGURATION,
                    "openstack4j uses the connector \"" + connector + "\": take it off the class path");
        }
        try {
            var token = await(rest.tokens().get());
            return work.apply(OSFactory.clientFromToken(keystone(token), Facing.PUBLIC, config));
        } catch (Failed failed) {
            throw failed.cause;
        } catch (RuntimeException e) {
            throw new DriverException(Fault.UNEXPECTED, "openstack4j: " + e, null, e);
        }
    }

    /** The catalog is left out: nobody needs it, and openstack4j takes only some. */
    private static KeystoneToken keystone(Token token) throws DriverException {
        var body = Json.object();
        var inner = token.body().<ObjectNode>deepCopy();
        inner.putArray("catalog");
        body.set("token", inner);
        try {
            var keystone = ObjectMapperSingleton.getContext(KeystoneToken.class)
                    .readerFor(KeystoneToken.class)
                    .<KeystoneToken>readValue(Json.write(body));
            keystone.setId(token.id());
            keystone.setEndpoint("http://" + Service.IDENTITY.key());
            return keystone;
        } catch (IOException e) {
            throw new DriverException(Fault.UNEXPECTED, "a token that openstack4j can not read", null, e);
        }
    }

    /** A fault on its way through openstack4j. */
    private static final class Failed extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final DriverException cause;

        Failed(DriverException cause) {
            super(cause);
            this.cause = cause;
        }
    }

    static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get(LONGEST_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new Failed(DriverException.from(Objects.requireNonNullElse(e.getCause(), e)));
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new Failed(new DriverException(Fault.UNAVAILABLE, "no answer", null, e));
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new Failed(new DriverException(Fault.UNAVAILABLE, "interrupted", null, e));
        }
    }
}
