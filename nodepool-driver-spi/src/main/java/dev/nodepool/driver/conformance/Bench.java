package dev.nodepool.driver.conformance;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.Inventory;
import dev.nodepool.driver.LabelSettings;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.conformance.Scratch.Choice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The surroundings of one check: an open provider of its own, and what was made with it. Used by one thread. */
final class Bench {

    private static final AtomicLong NODES = new AtomicLong();

    final Scratch scratch;
    final KitContext context;
    final Calls calls;
    final Patience patience;
    private final KitThreads threads;
    private final String installation;
    private final List<Launch> launches = new ArrayList<>();
    private @Nullable ProviderSettings settings;
    private @Nullable Provider provider;

    /** @param installation the mark of everything this run makes */
    Bench(Scratch scratch, KitThreads threads, String installation) {
        this.scratch = scratch;
        this.threads = threads;
        this.installation = installation;
        context = new KitContext(scratch, threads);
        calls = new Calls(threads.callers());
        patience = scratch.patience;
    }

    /** Surroundings like these, with another provider. */
    Bench another() {
        return new Bench(scratch, threads, installation);
    }

    /** Threads to call the provider from, as many as it takes. */
    Executor callers() {
        return threads.callers();
    }

    /** Threads that the driver has started. */
    Set<Thread> foreignThreads() {
        return threads.foreign();
    }

    /** The mark of everything this run makes. */
    String installation() {
        return installation;
    }

    /** The settings, read for this check. @throws NotChecked when they can not be read */
    ProviderSettings settings() {
        if (settings == null) {
            try {
                settings = calls.returned("reading the settings", patience.call(), scratch.settings::call);
            } catch (ExecutionException | CheckFailure e) {
                throw new NotChecked(
                        "the settings can not be read: " + Calls.cause(e).getMessage(), Calls.cause(e));
            }
        }
        return settings;
    }

    /** The provider, opened for this check. @throws NotChecked when it does not open */
    Provider provider() {
        if (provider == null) {
            var read = settings();
            try {
                provider = calls.returned(
                        "opening the provider", patience.call(), () -> scratch.driver.open(read, context));
            } catch (ExecutionException | CheckFailure e) {
                throw new NotChecked(
                        "the provider does not open: " + Calls.cause(e).getMessage(), Calls.cause(e));
            }
        }
        return provider;
    }

    Optional<Inventory> inventory() {
        return provider().inventory();
    }

    Duration launchLimit() {
        return patience.launch().orElseGet(() -> settings().launchTimeout());
    }

    /** The label that is launched. @throws NotChecked when there is none that can be */
    Choice choice() {
        return scratch.choice().orElseGet(() -> {
            for (var pool : settings().pools()) {
                for (var label : pool.labels()) {
                    if (scratch.image != null || label.diskImage().isEmpty()) {
                        return new Choice(pool.name(), label.name());
                    }
                }
            }
            throw new NotChecked(
                    "no label of the settings can be launched: they need a disk image, so name one of the cloud", null);
        });
    }

    private boolean bootsDiskImage(Choice choice) {
        return settings().pools().stream()
                .filter(pool -> pool.name().equals(choice.pool()))
                .flatMap(pool -> pool.labels().stream())
                .filter(label -> label.name().equals(choice.label()))
                .map(LabelSettings::diskImage)
                .anyMatch(Optional::isPresent);
    }

    LaunchSpec spec(Choice choice, Optional<String> zone) {
        var image = bootsDiskImage(choice) ? Optional.ofNullable(scratch.image) : Optional.<ExternalId>empty();
        var node = "%010d".formatted(NODES.incrementAndGet());
        return new LaunchSpec(
                node,
                choice.pool(),
                choice.label(),
                zone,
                image,
                Map.of(
                        LaunchSpec.LAUNCH,
                        UUID.randomUUID().toString(),
                        LaunchSpec.INSTALLATION,
                        installation,
                        LaunchSpec.NODE_ID,
                        node,
                        LaunchSpec.PROVIDER,
                        scratch.provider,
                        LaunchSpec.POOL,
                        choice.pool()),
                Map.of());
    }

    Launch launch() {
        return launch(spec(choice(), Optional.empty()));
    }

    /** Begins to create a machine, which is removed after the check. May be called by several threads. */
    Launch launch(LaunchSpec spec) {
        var launch = new Launch(spec);
        var at = provider();
        remember(launch);
        launch.answered(calls.future("create()", launchLimit(), () -> at.create(spec, launch::tell)));
        return launch;
    }

    /** Has a launch ended and its machine removed after the check. */
    void remember(Launch launch) {
        synchronized (launches) {
            launches.add(launch);
        }
    }

    /** A machine to check something else with. @throws NotChecked when it can not be had */
    Instance machine() {
        return had(launch());
    }

    /** The machine of a launch. @throws NotChecked when it can not be had */
    Instance had(Launch launch) {
        try {
            return Calls.answer("create()", launchLimit(), launch.answer());
        } catch (CheckFailure e) {
            throw new NotChecked("no machine to check with: " + e.getMessage(), e.getCause());
        }
    }

    <T> CompletableFuture<T> call(String what, Supplier<CompletableFuture<T>> call) {
        return calls.future(what, patience.call(), call);
    }

    /** What a method answers that may block. @throws CheckFailure when it fails or takes too long */
    <T> T ask(String what, Callable<T> call) {
        try {
            return Calls.on(context.executor(), what, patience.call(), call);
        } catch (ExecutionException e) {
            throw Calls.failed(what, Calls.cause(e));
        }
    }

    /** What such a method fails with, empty when it answers. */
    Optional<DriverException> refused(String what, Callable<?> call) {
        try {
            Calls.on(context.executor(), what, patience.call(), call);
            return Optional.empty();
        } catch (ExecutionException e) {
            return Optional.of(Calls.typed(what, Calls.cause(e)));
        }
    }

    /** All machines, by a complete listing. @throws CheckFailure when there is none in time */
    List<Instance> machines() {
        var until = Until.in(patience.call());
        while (!until.over()) {
            var listing = listing();
            if (listing.complete()) {
                return listing.items();
            }
            until.pause();
        }
        throw new CheckFailure("list() was not complete within " + Calls.text(patience.call()));
    }

    Listing<Instance> listing() {
        return Calls.answer("list()", patience.call(), call("list()", provider()::list));
    }

    void delete(ExternalId id) {
        Calls.answer("delete()", patience.removal(), deletion(id));
    }

    CompletableFuture<Void> deletion(ExternalId id) {
        var at = provider();
        return calls.future("delete()", patience.removal(), () -> at.delete(id));
    }

    /** The provider is closed by the check: what is to be removed needs another one. */
    void forgetProvider() {
        provider = null;
    }

    /** Closes the provider, after removing what was made with it as well as it goes. */
    void end() {
        context.release();
        try {
            if (!launches.isEmpty()) {
                new Cleaning(this).machines(launches);
            }
            var open = provider;
            if (open != null) {
                calls.returned("close()", patience.call(), () -> {
                    open.close();
                    return true;
                });
            }
        } catch (CheckFailure | NotChecked | ExecutionException e) {
            // The last cleaning of the run sees what is left, and the check of closing tells why it does not close.
            System.getLogger(Bench.class.getName()).log(System.Logger.Level.DEBUG, "ending a check", e);
        }
    }
}
