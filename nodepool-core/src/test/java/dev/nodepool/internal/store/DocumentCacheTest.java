package dev.nodepool.internal.store;

import static dev.nodepool.internal.store.StoreFixture.now;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.model.Document;
import dev.nodepool.testing.Behaviour;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DocumentCacheTest {

    private final StoreFixture fixture = new StoreFixture();

    private static byte[] text(String value) {
        return Json.write(new Document(Map.of("x", value)));
    }

    @Test
    @Behaviour("Z89")
    void rootOfTheTreeIsAsGoodAsAnyOther() {
        now(fixture.other.create("/before", text("1"), Mode.PERSISTENT));
        var stores = fixture.ours.stores;
        var cache = new DocumentCache(
                stores.tree(),
                stores.loop(),
                fixture.time,
                "/",
                path -> path.startsWith("/before") || path.startsWith("/later"),
                path -> path.startsWith("/before"),
                () -> {});
        cache.connected();
        assertThat(cache.caughtUp()).isTrue();
        now(fixture.other.create("/later", text("1"), Mode.PERSISTENT));
        now(fixture.other.create("/later/below", text("2"), Mode.PERSISTENT));
        now(fixture.other.set("/before", text("3"), -1));
        assertThat(cache.documents())
                .isEqualTo(Map.of(
                        "/before", new Document(Map.of("x", "3")),
                        "/later", new Document(Map.of("x", "1")),
                        "/later/below", new Document(Map.of("x", "2"))));
        now(fixture.other.delete("/before", -1));
        assertThat(cache.documents()).containsOnlyKeys("/later", "/later/below");
    }
}
