package dev.nodepool.internal.launch;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance;
import dev.nodepool.internal.keyscan.Endpoint;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The step from a machine that is up to a node that can be used: it is reached, and its host keys are known. */
final class MachineCheck {

    private static final Logger LOG = LoggerFactory.getLogger(MachineCheck.class);

    private final NodeOrder order;
    private final String node;
    private final CompletableFuture<Instance> result = new CompletableFuture<>();

    MachineCheck(NodeOrder order, String node) {
        this.order = order;
        this.node = node;
    }

    /** Whether the machine is to be contacted: its label asks for that, and its driver does not tell the keys. */
    static boolean needed(NodeOrder order, Instance instance) {
        return order.label().hostKeyChecking() && instance.hostKeys().isEmpty();
    }

    /**
     * Starts; does not block.
     *
     * @return the machine with its host keys, on any thread. Fails with a {@link DriverException} that uses an attempt,
     *     after the console was logged where the label wants that. Cancelling it ends the scan.
     */
    CompletableFuture<Instance> start(Instance instance) {
        var address = instance.addresses().preferred();
        if (address == null) {
            fail(Fault.NO_ADDRESS, "the machine has no address");
            return result;
        }
        var access = instance.access().orElse(order.label().access());
        var scan = order.seat()
                .provider()
                .hostKeys()
                .scan(
                        Endpoint.of(address, access.port(), access.connectionType()),
                        order.seat().provider().config().settings().bootTimeout());
        result.whenComplete((x, failure) -> scan.cancel(false));
        scan.whenComplete((keys, failure) -> scanned(instance, keys, failure));
        return result;
    }

    private void scanned(Instance instance, @Nullable List<String> keys, @Nullable Throwable failure) {
        if (keys != null) {
            result.complete(instance.withHostKeys(keys));
        } else if (!result.isDone()) {
            logConsole(instance)
                    .whenComplete((x, y) -> fail(Fault.UNEXPECTED, "the machine can not be used: " + message(failure)));
        }
    }

    private void fail(Fault fault, String why) {
        result.completeExceptionally(new DriverException(fault, why));
    }

    private static String message(@Nullable Throwable failure) {
        var cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause == null ? "" : String.valueOf(cause.getMessage());
    }

    /** It tells more than the scan does, and goes with the machine. */
    private CompletableFuture<?> logConsole(Instance instance) {
        if (!order.label().consoleLog()) {
            return CompletableFuture.completedFuture(null);
        }
        return order.seat().provider().consoleLog(instance.id()).whenComplete((text, failure) -> {
            if (failure != null) {
                LOG.atWarn()
                        .addKeyValue("node", node)
                        .log(
                                "The console of node {} can not be read: {}",
                                node,
                                DriverException.from(failure).getMessage());
            } else {
                text.orElse("")
                        .lines()
                        .forEach(line -> LOG.atInfo()
                                .addKeyValue("node", node)
                                .log("Console of node {}: {}", node, printable(line)));
            }
        });
    }

    /** What a machine writes must not steer the terminal of who reads the log. */
    private static String printable(String line) {
        return line.replaceAll("\\p{Cntrl}", "?");
    }
}
