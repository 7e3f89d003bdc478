package dev.nodepool.runner.lab;

import dev.nodepool.testing.HostProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The running OpenStack. Without {@code LAB_DIR} it belongs to this test run and ends with it; one that already runs in
 * {@code LAB_DIR} is used and left as it is.
 */
final class Lab implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(10);

    private final Path directory;
    private final int offset;
    private final boolean ours;

    private Lab(Path directory, boolean ours) throws IOException {
        this.directory = directory;
        this.ours = ours;
        this.offset = Files.readAllLines(directory.resolve("lab.env")).stream()
                .filter(line -> line.startsWith("LAB_PORT_OFFSET="))
                .mapToInt(line -> Integer.parseInt(line.substring(line.indexOf('=') + 1)))
                .findFirst()
                .orElseThrow();
    }

    /** The lab of this run, with servers that are entries in a list. */
    static Lab start() throws IOException, InterruptedException {
        var given = System.getenv("LAB_DIR");
        var directory = Path.of(given == null ? "target/openstack-lab" : given).toAbsolutePath();
        var runs = run(directory, "status.sh", Map.of()).isEmpty();
        if (!runs) {
            run(directory, "down.sh", Map.of());
            up(directory, Map.of());
        }
        var lab = new Lab(directory, given == null || !runs);
        lab.faults().clear();
        return lab;
    }

    /** A second lab beside the first, whose servers are emulated machines. */
    static Lab startMachines() throws IOException, InterruptedException {
        HostProgram.require("/usr/sbin/libvirtd", "libvirt-daemon");
        HostProgram.require("/usr/bin/qemu-system-x86_64", "qemu-system-x86");
        HostProgram.require("/usr/bin/genisoimage", "genisoimage");
        var directory = Path.of("target/openstack-lab-machines").toAbsolutePath();
        var cache = Path.of("target/openstack-lab-cache").toAbsolutePath().toString();
        run(directory, "down.sh", Map.of());
        up(directory, Map.of("LAB_VIRT", "qemu", "LAB_PORT_OFFSET", "20000", "LAB_CACHE", cache));
        return new Lab(directory, true);
    }

    private static void up(Path directory, Map<String, String> settings) throws IOException, InterruptedException {
        HostProgram.require("/usr/bin/keystone-wsgi-public", "python3-keystone");
        HostProgram.require("/usr/share/glance-common/glance-api-paste.ini", "glance-common");
        HostProgram.require("/usr/bin/placement-api", "python3-placement");
        HostProgram.require("/usr/bin/nova-manage", "nova-common");
        HostProgram.require("/usr/bin/neutron-server", "neutron-common");
        HostProgram.require("/usr/sbin/mariadbd", "mariadb-server-core");
        HostProgram.require("/usr/lib/rabbitmq/bin/rabbitmq-server", "rabbitmq-server");
        HostProgram.require("/usr/bin/memcached", "memcached");
        HostProgram.require("/usr/bin/uwsgi-core", "uwsgi-core");
        var problem = run(directory, "up.sh", settings);
        if (!problem.isEmpty()) {
            throw new IllegalStateException("The lab does not start: " + problem);
        }
    }

    /** Runs a script of the lab; what it printed when it failed, empty when it did not. */
    private static String run(Path directory, String script, Map<String, String> settings)
            throws IOException, InterruptedException {
        var scripts = Path.of(Objects.requireNonNull(System.getProperty("nodepool.lab"), "set by the build"));
        var environment = new HashMap<>(settings);
        environment.put("LAB_DIR", directory.toString());
        var command = new ArrayList<>(List.of("env"));
        environment.forEach((name, value) -> command.add(name + "=" + value));
        command.add(scripts.resolve(script).toString());
        try (var program = HostProgram.start(command)) {
            return program.waitFor(START) == 0 ? "" : script + ": " + program.output();
        }
    }

    /** File with the clouds {@code lab}, {@code tiny}, {@code admin} and {@code faulty}. */
    Path clouds() {
        return directory.resolve("clouds.yaml");
    }

    /** The private key of the key pair {@code lab-key}. */
    Path privateKey() {
        return directory.resolve("id_lab");
    }

    Path publicKey() {
        return directory.resolve("id_lab.pub");
    }

    LabFaults faults() {
        return new LabFaults(directory.resolve("faults"));
    }

    ProxyLog proxyLog() {
        return new ProxyLog(directory.resolve("log/proxy.log"));
    }

    /** The APIs, called directly, as one of the users, who has a project of the same name. */
    LabApi as(String user) throws IOException, InterruptedException {
        return LabApi.login(this, user);
    }

    /** Every token of the user dies early: nova and the others notice within ten seconds, keystone at once. */
    void revokeTokensOf(String user) throws IOException, InterruptedException {
        // A password that is set, even to the same, ends what was given out for the old one.
        as("admin")
                .call(
                        "PATCH",
                        LabApi.Service.IDENTITY,
                        "/users/" + as(user).userId(),
                        Map.of("user", Map.of("password", "lab")));
    }

    String url(LabApi.Service service) {
        return "http://127.0.0.1:" + (service.port + offset) + service.path;
    }

    /** The same API through the fault proxy. */
    String proxied(LabApi.Service service) {
        return "http://127.0.0.1:" + (service.proxiedPort + offset) + service.path;
    }

    /** The last lines of a service's log, for messages of failed assertions. */
    String log(String service) throws IOException {
        var lines = Files.readAllLines(directory.resolve("log/" + service + ".log"));
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (ours) {
            var problem = run(directory, "down.sh", Map.of());
            if (!problem.isEmpty()) {
                throw new IllegalStateException("The lab does not end: " + problem);
            }
        }
    }
}
