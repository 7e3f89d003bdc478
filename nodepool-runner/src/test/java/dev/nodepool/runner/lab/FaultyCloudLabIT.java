package dev.nodepool.runner.lab;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nodepool.runner.lab.LabApi.Service;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever the way to the cloud does: every request is fulfilled, no node has two servers, nothing stays behind. */
class FaultyCloudLabIT extends LabBase {

    private final Instant began = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @ParameterizedTest(name = "{0}")
    @CsvSource(textBlock = """
            slow,                compute * . delay=2 chance=50
            rate limited,        compute POST /servers$ status=429 retry-after=2 chance=40
            lists rate limited,  compute GET /servers/detail status=429 retry-after=1 chance=30
            unavailable,         compute * . status=503 chance=25
            answers lost,        compute POST /servers$ lost chance=40
            late answers lost,   compute POST /servers$ after=3 lost chance=30
            deletes lost,        compute DELETE /servers/ lost chance=40
            connections dropped, * * . drop chance=15
            """)
    void fulfilsEveryRequestThrough(String what, String rule) throws Exception {
        try (var launcher = launcher(List.of("lab"), provider("", pool("main", "", "lab")))) {
            lab.faults().proxy(rule);
            serves(launcher, SIZE, "lab");
        }
        assertThat(calls().all())
                .as("the fault has struck")
                .anyMatch(call -> call.outcome().endsWith("by rule"));
        assertNoNodeHadTwoServers();
    }

    @Test
    void fulfilsEveryRequestThroughAllOfItTogether() throws Exception {
        try (var launcher = launcher(List.of("lab"), provider("", pool("main", "", "lab")))) {
            lab.faults()
                    .proxy(
                            "compute POST /servers$ lost chance=15",
                            "compute POST /servers$ status=429 retry-after=2 chance=15",
                            "compute POST /servers$ delay=3 chance=15",
                            "compute DELETE /servers/ lost chance=15",
                            "compute * . status=503 chance=10",
                            "identity * . status=503 chance=20",
                            "* * . drop chance=10",
                            "* * . after=1 chance=10");
            serves(launcher, SIZE, "lab");
        }
        assertNoNodeHadTwoServers();
    }

    /**
     * The cloud works with our token on what it builds: what it has not begun when the token dies it fails, and that has to
     * be begun anew. Of our own calls none may fail for good.
     */
    @Test
    void goesOnWhenItsTokenDiesEarly() throws Exception {
        String told;
        try (var launcher = launcher(List.of("lab"), provider("", pool("main", "", "lab")));
                var client = client(SIZE, "lab")) {
            await().atMost(LIMIT).until(() -> client.output().contains("a third"));
            lab.revokeTokensOf("lab");
            assertThat(client.waitFor(LIMIT))
                    .as(() -> client.output() + launcher.told())
                    .isZero();
            told = launcher.out();
        }
        awaitNothingLeft();
        assertThat(calls().all())
                .as("the token was refused")
                .anyMatch(call -> call.outcome().equals("401"));
        assertThat(told.lines().filter(line -> line.contains("Launching node") && line.contains("failed")))
                .allMatch(line -> line.contains("is in ERROR"));
        assertNoNodeHadTwoServersAtATime();
    }

    private void assertNoNodeHadTwoServersAtATime() throws Exception {
        var ofNodes = servers().collect(groupingBy(server -> server.path("name").textValue()));
        assertThat(ofNodes).hasSize(SIZE);
        assertThat(ofNodes).allSatisfy((node, servers) -> {
            servers.sort(comparing(FaultyCloudLabIT::created));
            for (int i = 1; i < servers.size(); i++) {
                var before = servers.get(i - 1);
                assertThat(before.path("OS-SRV-USG:launched_at").isNull())
                        .as("the server before failed")
                        .isTrue();
                // Written in UTC without saying so, and to the second.
                assertThat(Instant.parse(before.path("OS-SRV-USG:terminated_at").textValue() + "Z"))
                        .isBeforeOrEqualTo(created(servers.get(i)));
            }
        });
    }

    private void assertNoNodeHadTwoServers() throws Exception {
        assertThat(servers().map(server -> server.path("name").textValue()))
                .hasSize(SIZE)
                .doesNotHaveDuplicates();
    }

    /** The cloud's own memory of the servers of this test, the deleted ones too. */
    private Stream<JsonNode> servers() throws Exception {
        var servers = lab.as("admin")
                .get(Service.COMPUTE, "/servers/detail?all_tenants=1&changes-since=" + began)
                .path("servers");
        return StreamSupport.stream(servers.spliterator(), false)
                .filter(server -> !created(server).isBefore(began));
    }

    private static Instant created(JsonNode server) {
        return Instant.parse(server.path("created").textValue());
    }
}
