package dev.nodepool.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.tree.MemoryServer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The copy of the images becomes whole again by itself, whatever was lost while it was made. */
class ImageCopyTest {

    private final ImageFixture fixture = new ImageFixture();
    private final ImageFixture.Process ours = fixture.process("ours");

    @Test
    void isWholeWhereNobodyEverBuiltAnImage() {
        var tree = MemoryServer.inline(() -> 0).open();
        var loop = new Loop("reader", Runnable::run);
        var threads = new Threads(fixture.time, Runnable::run, fixture.time);
        var cache = new ImageCache(tree, loop, threads.timerOn(loop), () -> {});
        cache.connected();
        assertThat(cache.caughtUp()).isTrue();
        assertThat(cache.all()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"exists", "watch", "children", "get"})
    void whatWasLostWhileTheCopyWasMadeIsReadAgain(String call) {
        var build = ours.ready("i");
        var once = new AtomicBoolean(true);
        ours.loseBefore = c -> c.name().equals(call) && once.getAndSet(false);
        fixture.server.expire(ours.tree);
        assertThat(once).isFalse();
        assertThat(ours.stores.caughtUp()).isFalse();
        fixture.time.advance(Duration.ofSeconds(1));
        assertThat(ours.stores.caughtUp()).isTrue();
        var later = fixture.process("theirs").ready("i");
        assertThat(ours.cache().image("i").builds()).extracting(b -> b.id()).contains(build.id(), later.id());
    }
}
