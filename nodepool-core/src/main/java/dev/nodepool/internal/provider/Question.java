package dev.nodepool.internal.provider;

import dev.nodepool.config.ProviderConfig;
import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.LabelState;
import dev.nodepool.driver.Provider;
import dev.nodepool.internal.provider.ProviderFacts.LabelFacts;
import dev.nodepool.internal.provider.ProviderFacts.PoolLabel;
import dev.nodepool.internal.retention.Known;
import dev.nodepool.internal.runtime.Loop;
import java.util.HashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** What a provider is asked to learn its facts: its machines first, then limits, zones and each label. */
final class Question {

    private final ProviderConfig config;
    private final Provider provider;
    private final SharedListing listing;
    private final Marks marks;
    private final KnownThings known;
    private final Executor calls;
    private final Loop loop;

    Question(
            ProviderConfig config,
            Provider provider,
            SharedListing listing,
            Marks marks,
            KnownThings known,
            Executor calls,
            Loop loop) {
        this.config = config;
        this.provider = provider;
        this.listing = listing;
        this.marks = marks;
        this.known = known;
        this.calls = calls;
        this.loop = loop;
    }

    /**
     * Asks; called on the loop.
     *
     * @param before what the records know at this moment
     */
    CompletableFuture<ProviderFacts> ask(Known before) {
        return listing.get()
                .thenComposeAsync(
                        machines -> {
                            // A machine that went away meanwhile had a record before, one that came has one by now.
                            var use = ProviderFacts.useOfOthers(machines.items(), marks, before.or(known.now()));
                            var strangers = ProviderFacts.useOfStrangers(machines.items(), marks);
                            return CompletableFuture.supplyAsync(() -> askRest(use, strangers), calls);
                        },
                        loop);
    }

    private ProviderFacts askRest(Amounts useOfOthers, Amounts useOfStrangers) {
        try {
            var labels = new HashMap<PoolLabel, LabelFacts>();
            for (var pool : config.pools()) {
                for (var label : pool.labelNames()) {
                    labels.put(new PoolLabel(pool.name(), label), ask(pool.name(), label));
                }
            }
            return new ProviderFacts(provider.limits(), useOfOthers, useOfStrangers, provider.zones(), labels);
        } catch (DriverException e) {
            throw new CompletionException(e);
        }
    }

    private LabelFacts ask(String pool, String label) throws DriverException {
        try {
            var state = provider.labelState(pool, label);
            return new LabelFacts(
                    state.kind() == LabelState.Kind.BROKEN ? Amounts.NONE : provider.needs(pool, label), state);
        } catch (DriverException e) {
            if (e.fault() == Fault.INVALID_CONFIGURATION || e.fault() == Fault.NOT_FOUND) {
                return new LabelFacts(Amounts.NONE, LabelState.broken(String.valueOf(e.getMessage())));
            }
            throw e;
        }
    }
}
