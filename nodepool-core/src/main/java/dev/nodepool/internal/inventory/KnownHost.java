package dev.nodepool.internal.inventory;

import dev.nodepool.config.PoolConfig;
import dev.nodepool.driver.Inventory.Host;
import dev.nodepool.internal.inventory.SlotPlan.Wanted;
import dev.nodepool.internal.store.Stores;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A host with what its checks have shown. Lives on the loop. */
final class KnownHost {

    private static final Logger LOG = LoggerFactory.getLogger(KnownHost.class);

    /** A host that failed its check is tried again after this. */
    private static final Duration RETRY = Duration.ofSeconds(60);

    private final Stores stores;
    private final String provider;
    private final Host host;
    private final PoolConfig pool;
    private final Function<Host, CompletableFuture<Standing>> check;
    private final Runnable changed;
    private Standing standing = new Standing.Unknown();
    private @Nullable Map<String, @Nullable Object> fields;
    private String lastTrouble = "";
    private boolean checking;
    private boolean forgotten;
    private Runnable cancelRetry = () -> {};

    /**
     * @param check looks at the host; never fails
     * @param changed run when a check has shown something
     */
    KnownHost(
            Stores stores,
            String provider,
            Host host,
            PoolConfig pool,
            Function<Host, CompletableFuture<Standing>> check,
            Runnable changed) {
        this.stores = stores;
        this.provider = provider;
        this.host = host;
        this.pool = pool;
        this.check = check;
        this.changed = changed;
    }

    Host host() {
        return host;
    }

    Wanted wanted() {
        return new Wanted(host, fields, standing instanceof Standing.Down);
    }

    /** Whether it passed a check just now, so that its slots may be entered. Holds until {@link #aged}. */
    boolean fresh() {
        return standing instanceof Standing.Up up && up.fresh();
    }

    /** What its check showed was made use of. */
    void aged() {
        if (standing instanceof Standing.Up up) {
            standing = up.aged();
        }
    }

    /** The fields of its records; only for a host that passed a check. */
    Map<String, @Nullable Object> fields() {
        return Objects.requireNonNull(fields);
    }

    /**
     * Has it checked when that is not known to be in vain.
     *
     * @param slots whether it has slots to be entered
     */
    void checkIfNeeded(boolean slots) {
        if (standing instanceof Standing.Unknown || standing instanceof Standing.Up && slots) {
            check();
        }
    }

    private void check() {
        if (!checking) {
            checking = true;
            check.apply(host).whenCompleteAsync((found, failure) -> checked(found), stores.loop());
        }
    }

    private void checked(Standing found) {
        checking = false;
        if (forgotten) {
            return;
        }
        standing = found;
        fields = found instanceof Standing.Up up ? HostRecord.fields(host, pool, up) : null;
        if (found instanceof Standing.Down down) {
            if (!down.why().equals(lastTrouble)) {
                LOG.warn(
                        "Host {} of {} can not be used, to be tried every {} s: {}",
                        host.identity(),
                        provider,
                        RETRY.toSeconds(),
                        down.why());
            }
            lastTrouble = down.why();
            cancelRetry = stores.threads().timerOn(stores.loop()).after(RETRY, this::again);
        } else if (!lastTrouble.isEmpty()) {
            LOG.info("Host {} of {} can be used again", host.identity(), provider);
            lastTrouble = "";
        }
        changed.run();
    }

    private void again() {
        if (!forgotten) {
            check();
        }
    }

    /** What keeps it from being used, for people. */
    Optional<String> trouble() {
        return standing instanceof Standing.Down down ? Optional.of(down.why()) : Optional.empty();
    }

    /** It is configured no more, or somebody else looks after it: what a check shows now is of no interest. */
    void forget() {
        forgotten = true;
        cancelRetry.run();
    }
}
