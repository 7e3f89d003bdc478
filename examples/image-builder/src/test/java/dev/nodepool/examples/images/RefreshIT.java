package dev.nodepool.examples.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.nodepool.EmbeddedZooKeeper;
import dev.nodepool.ImageBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the fake diskimage-builder that the library brings along for trials. */
class RefreshIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private String config(String more) {
        return """
                images-dir: %1$s/images
                build-log-dir: %1$s/logs
                diskimages: [{name: img, dib-cmd: '%%p/fake-image-create', env-vars: {TMPDIR: %1$s%2$s}}]
                providers:
                  - {name: north, driver: fake, diskimages: [{name: img}], pools: []}
                  - {name: south, driver: fake, diskimages: [{name: img}], pools: []}
                """.formatted(directory, more);
    }

    @Test
    void eachRefreshBringsANewBuildToAllProviders() throws Exception {
        try (var zooKeeper = EmbeddedZooKeeper.start();
                var builder = ImageBuilder.builder()
                        .configText(config(""))
                        .zooKeeper(zooKeeper.connectString())
                        .build()
                        .start()) {
            var refresh = new Refresh(builder);
            var both = Set.of("north", "south");
            var first = refresh.image("img", both, LIMIT).get(90, TimeUnit.SECONDS);
            var second = refresh.image("img", both, LIMIT).get(90, TimeUnit.SECONDS);

            assertThat(second).isNotEqualTo(first);
            assertThat(builder.images().get(30, TimeUnit.SECONDS).get(0).builds())
                    .filteredOn(build -> build.id().equals(second))
                    .singleElement()
                    .satisfies(build -> assertThat(build.uploads())
                            .extracting(upload -> upload.provider(), upload -> upload.state())
                            .containsExactlyInAnyOrder(tuple("north", "ready"), tuple("south", "ready")));
        }
    }

    @Test
    void anImageThatCanNotBeBuiltIsToldAtOnce() {
        try (var zooKeeper = EmbeddedZooKeeper.start();
                var builder = ImageBuilder.builder()
                        .configText(config(", FAKE_DIB_STATUS: '3'"))
                        .zooKeeper(zooKeeper.connectString())
                        .build()
                        .start()) {
            assertThatThrownBy(() -> new Refresh(builder)
                            .image("img", Set.of("north"), LIMIT)
                            .get(90, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("could not be built");
        }
    }
}
