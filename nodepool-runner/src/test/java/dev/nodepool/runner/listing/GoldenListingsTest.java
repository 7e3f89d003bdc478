package dev.nodepool.runner.listing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.testing.GeneratedPage;
import dev.nodepool.view.AlienImage;
import dev.nodepool.view.DrainView;
import dev.nodepool.view.ImageView;
import dev.nodepool.view.NodeView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each listing with no row, one and three, as text and as JSON, against a file: an ordinary row, one without anything, and
 * one with wide cells. {@code -Dnodepool.pages.write=true} writes the files; whoever does that has to read them, for their
 * form is that of Python's tables and must not change.
 */
final class GoldenListingsTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_795_349_494);
    private static final Instant THEN = NOW.minusSeconds(93_784);
    private static final String WIDE = "東京 \"quoted\" ä|\u001b[1m\nnext line";
    private static final Path FILES =
            GeneratedPage.root().resolve("nodepool-runner/src/test/resources/dev/nodepool/runner/listing");

    private record Golden<T>(String name, Listing<T> listing, List<T> rows) {

        String text() {
            StringBuilder text = new StringBuilder();
            for (int count : new int[] {0, 1, 3}) {
                List<T> some = rows.subList(0, count);
                text.append("rows: ").append(count).append('\n');
                text.append(listing.text(some, NOW)).append('\n');
                text.append(listing.json(some, NOW)).append('\n');
            }
            return text.toString();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Golden<?>> listings() {
        List<ImageView> images = images();
        return Stream.of(
                new Golden<>("list", Listings.NODES_IN_SHORT, nodes()),
                new Golden<>("list-detail", Listings.NODES, nodes()),
                new Golden<>("request-list", Listings.REQUESTS, requests()),
                new Golden<>("dib-image-list", Listings.BUILDS, Listings.builds(images)),
                new Golden<>("image-list", Listings.UPLOADS, Listings.uploads(images)),
                new Golden<>("image-status", Listings.IMAGES, images),
                new Golden<>("label-list", Listings.LABELS, List.of("debian", "", WIDE)),
                new Golden<>(
                        "alien-image-list",
                        Listings.ALIEN_IMAGES,
                        List.of(
                                new AlienImage("north", "debian-1", "9b1c"),
                                new AlienImage("", "", ""),
                                new AlienImage(WIDE, WIDE, WIDE))),
                new Golden<>("info-nodes", Listings.SERVERS, nodes()),
                new Golden<>("info-images", Listings.uploadsOf("north"), Listings.builds(images)),
                new Golden<>(
                        "drain",
                        Listings.DRAINS,
                        List.of(
                                new DrainView("north", "main", THEN, "host", true),
                                new DrainView("south", null, NOW, "", false),
                                new DrainView(WIDE, WIDE, THEN, WIDE, false))));
    }

    @ParameterizedTest
    @MethodSource("listings")
    void isWhatItWas(Golden<?> golden) throws IOException {
        Path file = FILES.resolve(golden.name() + ".txt");
        if (Boolean.getBoolean("nodepool.pages.write")) {
            Files.createDirectories(FILES);
            Files.writeString(file, golden.text());
        }
        assertThat(golden.text()).isEqualTo(Files.readString(file));
    }

    @ParameterizedTest
    @MethodSource("listings")
    <T> void isTheSameWhereRowsAreKept(Golden<T> golden) {
        KeptRows<T> kept = new KeptRows<>(
                golden.listing(), row -> Integer.toString(golden.rows().indexOf(row)), Object::equals);
        for (int round = 0; round < 2; round++) {
            assertThat(new String(kept.json(golden.rows().subList(0, 3), NOW), StandardCharsets.UTF_8))
                    .isEqualTo(golden.listing().json(golden.rows().subList(0, 3), NOW));
        }
    }

    private static List<NodeView> nodes() {
        Map<String, @Nullable Object> wide = new LinkedHashMap<>();
        for (String field : List.of(
                "provider",
                "pool",
                "hostname",
                "public_ipv4",
                "private_ipv4",
                "public_ipv6",
                "az",
                "username",
                "launcher",
                "allocated_to",
                "hold_job",
                "comment",
                "state")) {
            wide.put(field, WIDE);
        }
        wide.put("type", List.of(WIDE, "b"));
        wide.put("state_time", NOW.getEpochSecond() + 30.5);
        wide.put("external_id", Map.of("a", WIDE));
        wide.put("user_data", List.of(1, 2.5, true));
        wide.put("driver_data", Map.of("n", 1e22));
        wide.put("connection_port", Map.of("secret", "x"));
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        plain.put("provider", "north");
        plain.put("type", List.of("debian-10"));
        plain.put("external_id", "5f2c1a");
        plain.put("public_ipv4", "203.0.113.9");
        plain.put("public_ipv6", "2001:db8::9");
        plain.put("state", "ready");
        plain.put("state_time", THEN.getEpochSecond() + 0.3);
        plain.put("pool", "main");
        plain.put("username", "zuul");
        plain.put("connection_port", 22);
        return List.of(
                new NodeView(new Node("0000000041", new Document(plain)), true),
                new NodeView(new Node("0000000042", Document.EMPTY), false),
                new NodeView(new Node("0000000043", new Document(wide)), false));
    }

    private static List<NodeRequest> requests() {
        return List.of(
                new NodeRequest(
                        "100-0000000003",
                        new Document(Map.of(
                                "relative_priority",
                                0,
                                "state",
                                "pending",
                                "requestor",
                                "zuul.example.org",
                                "node_types",
                                List.of("centos-7", "centos-7"),
                                "nodes",
                                List.of("0000000001"),
                                "declined_by",
                                List.of("h-1-PoolWorker.b-main"),
                                "event_id",
                                "e1"))),
                new NodeRequest("100-0000000004", Document.EMPTY),
                new NodeRequest(
                        "100-0000000005",
                        new Document(Map.of(
                                "state", WIDE, "requestor", WIDE, "node_types", List.of(WIDE), "event_id", WIDE))));
    }

    private static List<ImageView> images() {
        List<ImageView> images = new ArrayList<>();
        images.add(image("centos-7", false, Optional.empty(), "nb01", "cloud-a", "centos-7-1576922900"));
        images.add(image("debian", true, Optional.of(THEN), null, "north", null));
        images.add(image("東京", false, Optional.of(NOW), WIDE, "north", WIDE));
        return images;
    }

    private static ImageView image(
            String name,
            boolean paused,
            Optional<Instant> asked,
            @Nullable String builder,
            String provider,
            @Nullable String external) {
        return new ImageView(
                name,
                paused,
                asked,
                false,
                List.of(new ImageView.Build(
                        "0000000001",
                        "ready",
                        THEN,
                        builder,
                        builder,
                        builder == null ? List.of() : List.of("qcow2", "raw"),
                        List.of(new ImageView.Upload(provider, "0000000001", "ready", NOW, external, external)))));
    }
}
