package dev.nodepool.driver.openstack.fakecloud;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The fake cloud with all its services on one port of the loopback address. */
public final class FakeOpenStack implements AutoCloseable {

    public final FakeKeystone keystone;
    public final FakeNova nova;
    public final FakeNeutron neutron;
    public final FakeGlance glance;
    public final FakeCinder cinder;
    private final String scheme;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final Map<String, FakeService> services;

    /** A service of the cloud: what it answers to a call, whose path is relative to it. */
    interface FakeService {
        Reply answer(Seen call);
    }

    public FakeOpenStack(InstantSource clock) throws IOException {
        this(clock, null, false);
    }

    /**
     * @param tls what it shows its certificate with, null to speak plainly; the certificate is of localhost
     * @param strict whether it wants a certificate of who calls
     */
    public FakeOpenStack(InstantSource clock, @Nullable SSLContext tls, boolean strict) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        if (tls == null) {
            scheme = "http://127.0.0.1:";
            server = HttpServer.create(address, 0);
        } else {
            scheme = "https://localhost:";
            var secure = HttpsServer.create(address, 0);
            secure.setHttpsConfigurator(new HttpsConfigurator(tls) {
                @Override
                public void configure(HttpsParameters parameters) {
                    var wanted = getSSLContext().getDefaultSSLParameters();
                    wanted.setNeedClientAuth(strict);
                    parameters.setSSLParameters(wanted);
                }
            });
            server = secure;
        }
        keystone = new FakeKeystone(clock, url());
        neutron = new FakeNeutron(clock);
        nova = new FakeNova(clock, neutron, url() + "/compute/v2.1");
        glance = new FakeGlance(url());
        cinder = new FakeCinder();
        nova.cinder = cinder;
        services = Map.of("identity", keystone, "compute", nova, "network", neutron, "image", glance, "volume", cinder);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    public String url() {
        return scheme + server.getAddress().getPort();
    }

    /** Something that goes wrong from now on. */
    public Rule when(String service, String method, String path) {
        var rule = new Rule(service, method, path);
        rules.add(rule);
        return rule;
    }

    public void heal() {
        rules.clear();
    }

    /** All calls so far. */
    public List<Seen> seen() {
        return List.copyOf(seen);
    }

    public List<Seen> seen(String service, String method, String path) {
        return seen.stream()
                .filter(s -> s.service().equals(service)
                        && s.method().equals(method)
                        && s.path().matches(path))
                .toList();
    }

    public void forget() {
        seen.clear();
    }

    private void handle(HttpExchange exchange) {
        try (exchange) {
            var call = read(exchange);
            seen.add(call);
            var rule = rules.stream().filter(r -> r.takes(call)).findFirst().orElse(null);
            var reply = reply(call, rule);
            if (reply == null) {
                return;
            }
            reply.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            exchange.sendResponseHeaders(reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
            exchange.getResponseBody().write(reply.body());
        } catch (IOException clientGone) {
            // It gave up, as it may.
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Reply reply(Seen call, @Nullable Rule rule) throws InterruptedException {
        if (rule == null) {
            return answer(call);
        }
        rule.begins();
        try {
            return reply(rule, call);
        } finally {
            rule.ends();
        }
    }

    private @Nullable Reply reply(Rule rule, Seen call) throws InterruptedException {
        pause(rule.delay);
        if (rule.drop) {
            return null;
        }
        var instead = rule.reply;
        var reply = instead == null ? answer(call) : instead;
        pause(rule.after);
        return rule.lose ? null : reply;
    }

    /** A real wait: it stands for the time that a service takes. */
    private static void pause(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
    }

    private Reply answer(Seen call) {
        var service = services.get(call.service());
        if (service == null) {
            return Reply.error(404, "no such service");
        }
        if (service != keystone && !keystone.knows(call.headers().getOrDefault("x-auth-token", ""))) {
            return Reply.error(401, "The request you have made requires authentication.");
        }
        return service.answer(call);
    }

    /** Addresses are {@code /<service>/<version>/...}. */
    private Seen read(HttpExchange exchange) throws IOException, InterruptedException {
        var path = exchange.getRequestURI().toString();
        var parts = path.split("/", 4);
        var headers = new TreeMap<String, String>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
        var service = parts.length > 1 ? parts[1] : "";
        var body = glance.wantsStream(service, path)
                ? glance.swallow(exchange.getRequestBody(), headers)
                : exchange.getRequestBody().readAllBytes();
        return new Seen(
                service,
                exchange.getRequestMethod(),
                "/" + (parts.length > 3 ? parts[3] : ""),
                headers,
                body,
                String.valueOf(exchange.getRemoteAddress()));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
