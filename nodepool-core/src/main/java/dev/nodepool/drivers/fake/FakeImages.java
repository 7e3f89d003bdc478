package dev.nodepool.drivers.fake;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.ImageStore;
import dev.nodepool.driver.Listing;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The images of the fake cloud. The bytes are read and verified, then forgotten. Thread-safe. */
final class FakeImages implements ImageStore {

    private static final int CHUNK = 1 << 16;
    private static final int CHUNKS_PER_NOTE = 128;

    private final FakeCloud cloud;
    private final Executor executor;
    private final Supplier<UUID> names;

    FakeImages(FakeCloud cloud, Executor executor, Supplier<UUID> names) {
        this.cloud = cloud;
        this.executor = executor;
        this.names = names;
    }

    @Override
    public CompletableFuture<ExternalId> upload(ImageUpload upload, LongConsumer sent) {
        return cloud.call(
                Operation.UPLOAD,
                answer -> CompletableFuture.supplyAsync(
                                () -> new Reader(upload, sent, answer)
                                        .read(names.get().toString()),
                                executor)
                        .thenCompose(image -> cloud.store().apply(state -> {
                            state.change(new Change.PutImage(image));
                            return new ExternalId(image.id());
                        })));
    }

    @Override
    public CompletableFuture<Listing<StoredImage>> list() {
        return cloud.call(
                Operation.LIST,
                answer -> cloud.store()
                        .apply(state -> Listing.complete(
                                state.images().stream().map(FakeImages::shown).toList())));
    }

    @Override
    public CompletableFuture<Void> delete(ExternalId id) {
        return cloud.call(
                Operation.IMAGE_DELETE,
                answer -> cloud.store()
                        .apply(state -> {
                            state.change(new Change.DropImage(id.toString()));
                            return id;
                        })
                        .thenAccept(deleted -> {}));
    }

    private static StoredImage shown(FakeImage image) {
        return new StoredImage(new ExternalId(image.id()), image.name(), image.metadata());
    }

    /** Takes the bytes of one upload, as long as somebody waits for the answer. */
    private record Reader(ImageUpload upload, LongConsumer sent, CompletableFuture<ExternalId> answer) {

        FakeImage read(String id) {
            try {
                var digest = MessageDigest.getInstance("SHA-256");
                var size = copyTo(digest);
                var sha256 = HexFormat.of().formatHex(digest.digest());
                check(size, sha256);
                return new FakeImage(id, upload.name(), size, sha256, upload.metadata());
            } catch (IOException | NoSuchAlgorithmException failure) {
                throw failed("image " + upload.name() + " can not be read: " + failure.getMessage(), failure);
            }
        }

        private long copyTo(MessageDigest digest) throws IOException {
            var chunk = new byte[CHUNK];
            long size = 0;
            try (var in = upload.source().open()) {
                int chunks = 0;
                for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                    if (answer.isDone()) {
                        throw failed("upload of " + upload.name() + " was given up", null);
                    }
                    digest.update(chunk, 0, n);
                    size += n;
                    if (++chunks % CHUNKS_PER_NOTE == 0) {
                        sent.accept(size);
                    }
                }
            }
            sent.accept(size);
            return size;
        }

        private static CompletionException failed(String text, @Nullable Throwable cause) {
            return new CompletionException(new DriverException(Fault.UNEXPECTED, text, null, cause));
        }

        private void check(long size, String sha256) {
            if (size != upload.source().length()) {
                var text = "image " + upload.name() + " has " + size + " bytes, not "
                        + upload.source().length();
                throw failed(text, null);
            }
            if (!upload.sha256().isEmpty() && !upload.sha256().equals(sha256)) {
                throw failed("checksum of image " + upload.name() + " is " + sha256 + ", not " + upload.sha256(), null);
            }
        }
    }
}
