package dev.nodepool.internal.keyscan;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One connection's worth of asking: show a key of one of these types. Thread-safe. */
final class Question {

    /**
     * A key that the server has.
     *
     * @param line {@code type base64}
     */
    record Shown(KeyType type, String line) {}

    private final Set<KeyType> wanted;
    private final CompletableFuture<Shown> key = new CompletableFuture<>();
    private volatile @Nullable String offered;
    private volatile @Nullable KeyType chosen;

    Question(Set<KeyType> wanted) {
        this.wanted = Set.copyOf(wanted);
    }

    Set<KeyType> wanted() {
        return wanted;
    }

    /** When the key is there, or is not to come, the connection is over. */
    CompletableFuture<Shown> key() {
        return key;
    }

    /** The server's list of what it could show, empty when it was not heard. */
    Optional<String> offered() {
        return Optional.ofNullable(offered);
    }

    void offered(String proposal) {
        offered = proposal;
    }

    /** What both sides settled on. */
    Optional<KeyType> chosen() {
        return Optional.ofNullable(chosen);
    }

    void chosen(KeyType type) {
        chosen = type;
    }
}
