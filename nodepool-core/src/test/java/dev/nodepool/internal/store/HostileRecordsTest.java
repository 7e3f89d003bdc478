package dev.nodepool.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.nodepool.model.Document;
import dev.nodepool.model.ImageBuild;
import dev.nodepool.model.ImageUpload;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.testing.Proof;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever stands in ZooKeeper, reading it gives a record or one kind of exception, soon. */
class HostileRecordsTest {

    private static final int ROUNDS = 30_000;
    private static final String RECORD = """
            {"state":"ready","state_time":1577836800.25,"provider":"p","pool":"main","type":["a","b"],"allocated_to":null,
            "connection_port":22,"host_keys":["ssh-rsa AAAA"],"attributes":{"k":{"l":[1,-2.5e-7,true,null]}},"comment":"\\u00e9\\n"}
            """;
    private static final List<String> FIELDS = List.of(
            "state",
            "state_time",
            "provider",
            "pool",
            "type",
            "allocated_to",
            "az",
            "external_id",
            "launcher",
            "resources",
            "tenant_name",
            "requestor",
            "connection_port",
            "hostname",
            "slot",
            "public_ipv4",
            "interface_ip",
            "username",
            "host_keys",
            "comment",
            "hold_job",
            "user_data",
            "driver_data",
            "node_types",
            "nodes",
            "declined_by",
            "reuse",
            "relative_priority",
            "event_id",
            "created_time",
            "nodepool_launch",
            "builder",
            "builder_id",
            "formats",
            "external_name",
            "id",
            "provider_name",
            "supported_labels",
            "priority");
    private static final List<String> NASTY = List.of(
            "..",
            "../../zookeeper",
            "a/b",
            "/",
            "\u0000",
            "line\nbreak",
            "\r\n\r\nHTTP/1.1 200",
            "\u001b[2J",
            "\uFFFE",
            "\uD800",
            "$(touch /tmp/x)",
            "`id`",
            "<script>alert(1)</script>",
            "'; --",
            "x".repeat(10_000),
            "",
            " ",
            ".",
            "\u202Eevil",
            "%00",
            "%2e%2e%2f");

    private final long seed = System.nanoTime();
    private final SplittableRandom random = new SplittableRandom(seed);

    @Test
    void changedBytesAreARecordOrUnreadable() {
        var bytes = RECORD.getBytes(StandardCharsets.UTF_8);
        for (var round = 0; round < ROUNDS; round++) {
            var changed = bytes.clone();
            for (var i = 0; i <= random.nextInt(4); i++) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            var cut = random.nextInt(8) == 0 ? Arrays.copyOf(changed, random.nextInt(changed.length)) : changed;
            try {
                var read = Json.read(cut);
                assertThat(reread(read)).as("seed %d", seed).isEqualTo(read);
            } catch (Json.Unreadable expected) {
                assertThat(expected.getMessage()).isNotBlank();
            }
        }
        Proof.note("Fuzzed records, bytes changed", ROUNDS);
    }

    @Test
    void everyFieldMayHoldAnything() throws ReflectiveOperationException {
        for (var round = 0; round < ROUNDS / 6; round++) {
            var fields = new LinkedHashMap<String, @Nullable Object>();
            for (var field : FIELDS) {
                if (random.nextInt(4) > 0) {
                    fields.put(field, value(3));
                }
            }
            var document = new Document(fields);
            var written = reread(document);
            for (var record : List.of(
                    new Node("0000000001", written),
                    new NodeRequest("100-0000000001", written),
                    new ImageBuild("img", "b", written),
                    new ImageUpload("img", "b", "p", "0000000001", written))) {
                askEverything(record, written);
            }
        }
        Proof.note("Fuzzed records, any value in any field", ROUNDS / 6);
    }

    /** All that can be asked of a record without arguments. */
    private void askEverything(Object record, Document document) throws ReflectiveOperationException {
        for (var method : record.getClass().getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers())
                    && !Modifier.isStatic(method.getModifiers())
                    && method.getParameterCount() == 0) {
                try {
                    method.invoke(record);
                } catch (InvocationTargetException e) {
                    throw new AssertionError("seed " + seed + ": " + method + " of " + document, e.getCause());
                }
            }
        }
    }

    private static Document reread(Document document) {
        try {
            return Json.read(Json.write(document));
        } catch (Json.Unreadable e) {
            throw new AssertionError("not read again: " + e.getMessage() + "\n" + document, e);
        }
    }

    private @Nullable Object value(int depth) {
        return switch (random.nextInt(depth == 0 ? 7 : 9)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong();
            case 3 -> random.nextDouble() * Math.pow(10, random.nextInt(-300, 300));
            case 4 ->
                List.of(Double.NaN, Double.POSITIVE_INFINITY, -0.0, 1e300, -1, 0, Long.MIN_VALUE)
                        .get(random.nextInt(7));
            case 5, 6 -> NASTY.get(random.nextInt(NASTY.size()));
            case 7 -> {
                var list = new ArrayList<@Nullable Object>();
                for (var i = random.nextInt(4); i > 0; i--) {
                    list.add(value(depth - 1));
                }
                yield list;
            }
            default -> {
                var map = new LinkedHashMap<String, @Nullable Object>();
                for (var i = random.nextInt(4); i > 0; i--) {
                    map.put(name(), value(depth - 1));
                }
                yield map;
            }
        };
    }

    /** Half a surrogate in a name is more than our parser takes: such a record is unreadable, and so never written. */
    private String name() {
        var name = NASTY.get(random.nextInt(NASTY.size()));
        return name.chars().anyMatch(c -> Character.isSurrogate((char) c)) ? "x" : name;
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void deepNestingIsUnreadableAndNoOverflow(String open) {
        var deep = ("{\"x\":" + open.repeat(200_000)).getBytes(StandardCharsets.UTF_8);
        assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThatThrownBy(() -> Json.read(deep)).isInstanceOf(Json.Unreadable.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "-1e999999999", "1e-999999999", "123456789012345678901234567890e-99999999"})
    void numbersOfAnySizeCostNothing(String number) {
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            var text = ("{\"state_time\":" + number + ",\"connection_port\":" + number + ",\"relative_priority\":"
                            + number + ",\"resources\":{\"instances\":" + number + "},\"priority\":" + number + "}")
                    .getBytes(StandardCharsets.UTF_8);
            var document = Json.read(text);
            askEverything(new Node("0000000001", document), document);
            askEverything(new NodeRequest("100-0000000001", document), document);
            assertThat(Json.read(Json.write(document))).isEqualTo(document);
        });
    }

    @Test
    void oneFieldOfAMegabyteIsReadAndKept() throws Json.Unreadable {
        var document = new Document(Map.of("state", "ready", "comment", "x".repeat(1_000_000)));
        assertThat(Json.read(Json.write(document))).isEqualTo(document);
    }
}
