package dev.nodepool.internal.image;

import dev.nodepool.config.DiskImageConfig;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.ImageStore;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.ProviderImage;
import dev.nodepool.internal.dib.Checksums;
import dev.nodepool.internal.lifecycle.UploadEvent;
import dev.nodepool.internal.provider.ImageProvider;
import dev.nodepool.internal.retention.ImageFacts;
import dev.nodepool.internal.retention.LocalImages.Build;
import dev.nodepool.internal.retention.UploadFacts;
import dev.nodepool.internal.retention.UploadNeed;
import dev.nodepool.internal.store.Held;
import dev.nodepool.internal.store.ImageRecords;
import dev.nodepool.internal.store.LockHandle;
import dev.nodepool.model.ImageBuild;
import dev.nodepool.model.ImageUpload;
import dev.nodepool.model.UploadState;
import dev.nodepool.view.ImageProgress;
import dev.nodepool.view.ImageProgress.Step;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One upload of a build to a provider, from the lock to the result. The record comes first and the image carries its id from
 * its creation on, so that whatever is cut off can be found and deleted. Lives on the loop.
 */
final class UploadFlow {

    private static final Logger LOG = LoggerFactory.getLogger(UploadFlow.class);

    /** What is over in a moment needs no notes on the way. */
    private static final Duration BETWEEN_NOTES = Duration.ofSeconds(3);

    /**
     * How it went.
     *
     * @param retryAfter how long the cloud asked to wait
     */
    record Outcome(Kind kind, Duration duration, Duration retryAfter, String why) {

        enum Kind {
            /** Somebody else does it, or it is not needed any more. */
            SKIPPED,
            READY,
            FAILED
        }
    }

    private final Workshop shop;
    private final String installation;
    private final DiskImageConfig image;
    private final ProviderImage wanted;
    private final ImageProvider provider;
    private final Path file;
    private final Build build;
    private final ImageBuild record;
    private @Nullable CompletableFuture<ExternalId> transfer;
    private volatile boolean aborted;
    private boolean lost;
    private boolean resultStored;
    private volatile @Nullable Held<ImageUpload> held;
    private volatile Instant began;
    private volatile long sent;
    private volatile long total;
    private long nextNote = 10;
    private Instant nextNoteAt;

    UploadFlow(
            Workshop shop,
            String installation,
            DiskImageConfig image,
            ProviderImage wanted,
            ImageProvider provider,
            UploadNeed need) {
        this.shop = shop;
        this.installation = installation;
        this.image = image;
        this.wanted = wanted;
        this.provider = provider;
        record = need.build();
        build = new Build(record.image(), record.id());
        file = shop.files().image(build, need.format());
        began = now();
        nextNoteAt = began.plus(BETWEEN_NOTES);
    }

    private Instant now() {
        return shop.stores().threads().clock().instant();
    }

    /** Completes on the loop; fails only when ZooKeeper could not be asked, and then nothing was uploaded. */
    CompletableFuture<Outcome> run() {
        return shop.locks()
                .holding(
                        shop.locks().uploads(record.image(), record.id(), provider.name()),
                        skipped("somebody else does it"),
                        this::locked);
    }

    private static Outcome skipped(String why) {
        return new Outcome(Outcome.Kind.SKIPPED, Duration.ZERO, Duration.ZERO, why);
    }

    private CompletableFuture<Outcome> locked(LockHandle lock) {
        return shop.stores()
                .cache()
                .read(record.image())
                .thenComposeAsync(
                        facts -> {
                            var still = UploadNeed.of(image, wanted, provider.name(), facts, b -> true)
                                    .filter(need -> need.build().id().equals(record.id()));
                            if (aborted || still.isEmpty()) {
                                return CompletableFuture.completedFuture(skipped("it is not needed any more"));
                            }
                            return markAbandoned(facts)
                                    .thenComposeAsync(
                                            x -> shop.records().createUpload(lock, record, provider.name()),
                                            shop.loop())
                                    .thenComposeAsync(this::upload, shop.loop());
                        },
                        shop.loop());
    }

    /** We hold the lock, so nobody makes what says it is being uploaded; otherwise it would seem so until we are done. */
    private CompletableFuture<Void> markAbandoned(ImageFacts facts) {
        return CompletableFuture.allOf(facts.build(record.id()).stream()
                .flatMap(known -> known.uploadsTo(provider.name()).stream())
                .map(UploadFacts::upload)
                .filter(upload -> upload.state() == UploadState.UPLOADING)
                .map(this::markAbandoned)
                .toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Boolean> markAbandoned(ImageUpload upload) {
        return shop.locks()
                .holding(
                        shop.locks().upload(upload),
                        false,
                        lock -> shop.records()
                                .hold(upload, lock)
                                .thenComposeAsync(
                                        now -> shop.records().apply(now, UploadEvent.DELETE, Map.of()), shop.loop())
                                .thenApply(x -> true))
                .exceptionally(failure -> {
                    LOG.warn(
                            "The abandoned upload {} of build {}-{} to {} stays for the clean-up: {}",
                            upload.id(),
                            upload.image(),
                            upload.build(),
                            provider.name(),
                            Failures.text(failure));
                    return false;
                });
    }

    private CompletableFuture<Outcome> upload(Held<ImageUpload> made) {
        held = made;
        began = now();
        LOG.info("Uploading {} to {}", file, provider.name());
        return shop.offLoop(this::prepared)
                .thenComposeAsync(source -> transfer(made, source), shop.loop())
                .handleAsync(
                        (outcome, failure) ->
                                failure == null ? CompletableFuture.completedFuture(outcome) : failed(failure),
                        shop.loop())
                .thenCompose(x -> x);
    }

    private record Prepared(long length, Checksums sums) {}

    private Prepared prepared() throws IOException {
        var length = Files.size(file);
        return new Prepared(length, Checksums.stored(shop.files(), build, wanted.format()));
    }

    private CompletableFuture<Outcome> transfer(Held<ImageUpload> made, Prepared prepared) {
        if (aborted) {
            return CompletableFuture.failedFuture(new CancellationException("the upload was given up"));
        }
        total = prepared.length();
        var name = provider.uploads()
                .nameFormat()
                .replace("{image_name}", record.image())
                .replace("{timestamp}", Long.toString(began.getEpochSecond()))
                .replace("{upload_id}", made.id());
        var upload = new ImageStore.ImageUpload(
                name,
                record.image(),
                metadata(made.id()),
                new FileSource(file, prepared.length()),
                prepared.sums().sha256(),
                prepared.sums().md5());
        var under = provider.upload(upload, this::sent);
        transfer = under;
        return under.thenComposeAsync(id -> uploaded(made, id, name), shop.loop());
    }

    /** What the provider says goes over what the image says, and our marks over both. */
    private Map<String, String> metadata(String upload) {
        var metadata = new HashMap<>(image.metadata());
        metadata.putAll(wanted.properties());
        metadata.put(ImageStore.BUILD_ID, record.id());
        metadata.put(ImageStore.UPLOAD_ID, upload);
        metadata.put(LaunchSpec.PROVIDER, provider.name());
        metadata.put(LaunchSpec.INSTALLATION, installation);
        return metadata;
    }

    private record FileSource(Path file, long length) implements ImageStore.Source {
        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }
    }

    private void sent(long bytes) {
        sent = bytes;
        var percent = total == 0 ? 100 : 100 * bytes / total;
        if (percent >= nextNote && percent < 100 && now().isAfter(nextNoteAt)) {
            nextNoteAt = now().plus(BETWEEN_NOTES);
            nextNote = percent / 10 * 10 + 10;
            LOG.info("Upload of {} to {}: {} % of {} bytes", file, provider.name(), percent, total);
        }
    }

    private CompletableFuture<Outcome> uploaded(Held<ImageUpload> made, ExternalId id, String name) {
        var result = new LinkedHashMap<String, @Nullable Object>();
        result.put("external_id", id.json());
        result.put("external_name", name);
        result.put("format", wanted.format());
        var hook = provider.uploads().hook();
        if (hook.isEmpty()) {
            return ready(made, result);
        }
        // Stored before the hook runs, so that the image is known whatever becomes of the hook.
        return shop.records()
                .update(made, result)
                .thenComposeAsync(
                        known -> {
                            held = known;
                            resultStored = true;
                            return shop.doOffLoop(() -> PostUploadHook.run(
                                            hook.get(),
                                            provider.name(),
                                            id.toString(),
                                            file,
                                            provider.uploads().timeout(),
                                            () -> aborted))
                                    .thenComposeAsync(x -> ready(known, Map.of()), shop.loop());
                        },
                        shop.loop());
    }

    private CompletableFuture<Outcome> ready(Held<ImageUpload> made, Map<String, @Nullable Object> result) {
        if (lost || aborted) {
            return CompletableFuture.failedFuture(new CancellationException("the upload was given up"));
        }
        return shop.records()
                .apply(made, UploadEvent.SUCCEED, result)
                .thenApplyAsync(
                        x -> {
                            var ready = outcome(Outcome.Kind.READY, Duration.ZERO, "");
                            LOG.info(
                                    "Upload {} of build {}-{} to {} is ready after {} s, {} bytes",
                                    made.id(),
                                    record.image(),
                                    record.id(),
                                    provider.name(),
                                    ready.duration().toSeconds(),
                                    total);
                            return ready;
                        },
                        shop.loop());
    }

    /**
     * The record says that it failed, and keeps the id of the image if it has one; the image, if there is one, goes with the
     * record when that is cleaned up.
     */
    private CompletableFuture<Outcome> failed(Throwable failure) {
        var why = Failures.text(failure);
        var retryAfter = Failures.cause(failure) instanceof DriverException driver
                ? driver.retryAfter().orElse(Duration.ZERO)
                : Duration.ZERO;
        var now = held;
        if (lost || now == null) {
            return CompletableFuture.completedFuture(outcome(Outcome.Kind.FAILED, retryAfter, why));
        }
        return shop.records()
                .apply(now, UploadEvent.FAIL, resultStored ? Map.of() : ImageRecords.noResult())
                .handleAsync(
                        (x, again) -> {
                            if (again != null) {
                                LOG.warn(
                                        "That can not be stored either, the clean-up will find it: {}",
                                        Failures.text(again));
                            }
                            return outcome(Outcome.Kind.FAILED, retryAfter, why);
                        },
                        shop.loop());
    }

    private Outcome outcome(Outcome.Kind kind, Duration retryAfter, String why) {
        return new Outcome(kind, Duration.between(began, now()), retryAfter, why);
    }

    /** Ends it as soon as that can be done. */
    void abort() {
        aborted = true;
        var under = transfer;
        if (under != null) {
            under.cancel(true);
        }
    }

    /** The session is over, and with it the lock: whoever cleans up may delete the record and the image. */
    void sessionLost() {
        lost = true;
        abort();
    }

    /** How far it is; may be called from any thread. */
    Optional<ImageProgress> progress() {
        var now = held;
        return now == null
                ? Optional.empty()
                : Optional.of(new ImageProgress(
                        Step.UPLOADING, record.image(), record.id(), provider.name(), began, sent, total, null));
    }
}
