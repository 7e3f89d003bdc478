package dev.nodepool.examples.process;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.Instance.Addresses;
import dev.nodepool.driver.Instance.Placement;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Processes of this host as machines. Thread-safe: what it knows is in the directory, not here. */
final class ProcessProvider implements Provider {

    private static final Logger LOG = System.getLogger(ProcessProvider.class.getName());
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Amounts ONE = Amounts.of(Amounts.INSTANCES, 1);

    /** A step that reads or writes files. */
    private interface Step {
        void run() throws IOException, DriverException;
    }

    private final ProcessSettings settings;
    private final ProviderContext context;
    private final AtomicInteger underWay = new AtomicInteger();

    ProcessProvider(ProcessSettings settings, ProviderContext context) {
        this.settings = settings;
        this.context = context;
    }

    private Path directory() {
        return settings.directory();
    }

    @Override
    public CompletableFuture<Instance> create(LaunchSpec spec, Consumer<ExternalId> onExternalId) {
        var answer = new CompletableFuture<Instance>();
        underWay.incrementAndGet();
        answer.whenComplete((instance, failure) -> underWay.decrementAndGet());
        onExecutor(answer, () -> {
            var label = label(spec.pool(), spec.label());
            var machine = Machine.announce(directory(), spec);
            if (Machine.all(directory()).size() > settings.most().orElse(Integer.MAX_VALUE)) {
                machine.remove();
                throw new DriverException(
                        Fault.QUOTA_EXCEEDED, "there are " + settings.most().get() + " processes");
            }
            onExternalId.accept(new ExternalId(machine.id()));
            if (!answer.isDone()) {
                awaitProcess(machine, machine.start(label.command()), answer);
            }
        });
        return answer;
    }

    /** Looks now and then, as long as somebody waits. */
    private void awaitProcess(Machine machine, Process started, CompletableFuture<Instance> answer)
            throws IOException, DriverException {
        if (answer.isDone()) {
            return;
        }
        if (machine.process().isPresent()) {
            answer.complete(shown(machine, machine.marks().orElse(Map.of())));
            return;
        }
        if (!started.isAlive()) {
            var said = machine.console().map(String::strip).orElse("");
            throw new DriverException(
                    Fault.UNEXPECTED, "the process ended at once with " + started.exitValue() + ": " + said);
        }
        var timer = context.timer()
                .after(LOOK_EVERY, () -> onExecutor(answer, () -> awaitProcess(machine, started, answer)));
        answer.whenComplete((instance, failure) -> timer.run());
    }

    @Override
    public CompletableFuture<Void> delete(ExternalId id) {
        var answer = new CompletableFuture<Void>();
        onExecutor(answer, () -> {
            var machine = machine(id);
            var process = machine.isPresent() ? machine.get().process() : Optional.<ProcessHandle>empty();
            if (process.isPresent()) {
                end(machine.get(), process.get(), answer);
            } else {
                machine.ifPresent(Machine::remove);
                answer.complete(null);
            }
        });
        return answer;
    }

    private void end(Machine machine, ProcessHandle process, CompletableFuture<Void> answer) {
        var force = context.timer().after(GRACE, process::destroyForcibly);
        process.onExit()
                .thenRunAsync(
                        () -> {
                            force.run();
                            machine.remove();
                        },
                        context.executor())
                .whenComplete((x, failure) -> {
                    if (failure == null) {
                        answer.complete(null);
                    } else {
                        answer.completeExceptionally(typed(failure));
                    }
                });
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }

    @Override
    public CompletableFuture<Listing<Instance>> list() {
        var answer = new CompletableFuture<Listing<Instance>>();
        onExecutor(answer, () -> {
            var machines = new ArrayList<Instance>();
            for (var machine : Machine.all(directory())) {
                var marks = machine.marks();
                if (marks.isPresent()) {
                    machines.add(shown(machine, marks.get()));
                }
            }
            answer.complete(Listing.complete(machines));
        });
        return answer;
    }

    @Override
    public Amounts limits() {
        return settings.most().map(most -> Amounts.of(Amounts.INSTANCES, most)).orElse(Amounts.NONE);
    }

    @Override
    public Amounts needs(String pool, String label) throws DriverException {
        label(pool, label);
        return ONE;
    }

    @Override
    public Optional<String> consoleLog(ExternalId id) throws DriverException {
        try {
            var machine = machine(id);
            return machine.isPresent() ? machine.get().console() : Optional.empty();
        } catch (IOException e) {
            throw typed(e);
        }
    }

    /** Processes go on: they are machines, and the next launcher finds them. */
    @Override
    public void close() {
        var unfinished = underWay.get();
        if (unfinished > 0) {
            LOG.log(Level.INFO, "provider {0} closed with {1} creations under way", context.provider(), unfinished);
        }
    }

    private ProcessSettings.Label label(String pool, String label) throws DriverException {
        return settings.label(pool, label)
                .orElseThrow(() ->
                        new DriverException(Fault.INVALID_CONFIGURATION, "no label " + label + " in pool " + pool));
    }

    /** Empty for an id that is none of ours, which could lead out of the directory. */
    private Optional<Machine> machine(ExternalId id) {
        return Optional.of(id.toString())
                .filter(text -> text.matches("[0-9a-f-]+"))
                .map(text -> new Machine(directory().resolve(text)));
    }

    private Instance shown(Machine machine, Map<String, String> marks) throws IOException {
        var up = machine.process().isPresent();
        return new Instance(
                new ExternalId(machine.id()),
                up,
                marks,
                ONE,
                up ? new Addresses("127.0.0.1", "127.0.0.1", "127.0.0.1", null) : Addresses.NONE,
                Placement.UNKNOWN,
                Optional.empty(),
                Optional.of(List.of()),
                null);
    }

    /** Files may be slow: they belong on the executor, and what goes wrong belongs into the future. */
    private <T> void onExecutor(CompletableFuture<T> answer, Step step) {
        try {
            context.executor().execute(() -> {
                try {
                    step.run();
                } catch (IOException | DriverException | RuntimeException e) {
                    answer.completeExceptionally(typed(e));
                }
            });
        } catch (RuntimeException refused) {
            answer.completeExceptionally(typed(refused));
        }
    }

    private static DriverException typed(Throwable failure) {
        return failure instanceof IOException || failure instanceof UncheckedIOException
                ? new DriverException(Fault.UNEXPECTED, "files of the processes: " + failure, null, failure)
                : DriverException.from(failure);
    }
}
