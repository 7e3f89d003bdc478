package dev.nodepool.drivers.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance.Addresses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    @TempDir
    Path directory;

    private Path file;
    private Journal journal;

    @BeforeEach
    void open() {
        file = directory.resolve("cloud");
        journal = new Journal(file);
    }

    @Test
    void readsBackWhatItWrote() throws Exception {
        var server = new FakeServer(
                "1",
                "name\twith tab",
                "az1",
                "",
                Amounts.compute(1, 4, 8192),
                Map.of("a\nb", "c\\d", "e", "", "ü", "\\n\r"),
                new Addresses("fake", null, "fake", null),
                true,
                1,
                FakeServer.NEVER,
                true,
                3);
        var image = new FakeImage("2", "img", 5, "", Map.of("k", "v"));
        put(journal, server);
        journal.<Void>transact(state -> {
            state.change(new Change.PutImage(image));
            return null;
        });

        var other = new Journal(file);

        var servers = other.transact(CloudState::servers);
        var images = other.transact(CloudState::images);
        var used = other.transact(CloudState::used);
        assertThat(servers).containsExactly(server);
        assertThat(images).containsExactly(image);
        assertThat(used).isEqualTo(server.amounts());
    }

    @Test
    void skipsALineThatAKilledWriterLeftUnfinishedAndWritesOverIt() throws Exception {
        put(journal, server("1"));
        Files.writeString(file, "server\t2\thalf a li", StandardOpenOption.APPEND);

        var other = new Journal(file);
        assertThat(ids(other)).isEqualTo("1");
        put(other, server("3"));

        assertThat(ids(journal)).isEqualTo("1 3");
        assertThat(ids(new Journal(file))).isEqualTo("1 3");
    }

    @Test
    void startsAnewWhereAKilledWriterDidNotFinishTheFirstLine() throws Exception {
        Files.writeString(file, "nodepool-fake-cloud 1 123");

        put(journal, server("1"));

        assertThat(ids(new Journal(file))).isEqualTo("1");
    }

    @Test
    void leavesAForeignFileAlone() throws Exception {
        for (var content : new String[] {"hello", "a file of somebody else\n".repeat(9)}) {
            Files.writeString(file, content);

            assertThatThrownBy(() -> ids(journal)).isInstanceOf(IOException.class);

            assertThat(file).hasContent(content);
        }
    }

    @Test
    void refusesALineItDoesNotKnow() throws Exception {
        put(journal, server("1"));
        Files.writeString(file, "server\t2\n", StandardOpenOption.APPEND);

        assertThatThrownBy(() -> ids(journal)).hasMessageContaining("damaged line");
    }

    @Test
    void staysSmallHoweverMuchHappens() throws Exception {
        var other = new Journal(file);
        put(journal, server("kept"));
        for (int i = 0; i < 3000; i++) {
            put(journal, server("x"));
            drop(i % 2 == 0 ? other : journal, "x");
        }

        assertThat(Files.readAllLines(file)).hasSizeLessThan(700);
        assertThat(ids(other)).isEqualTo("kept");
        assertThat(ids(journal)).isEqualTo("kept");
    }

    @Test
    void keepsTheStepsOfATransactionThatEndsInAFault() throws Exception {
        put(journal, server("1"));

        assertThatThrownBy(() -> journal.transact(state -> {
                    state.change(new Change.DropServer("1"));
                    throw new DriverException(Fault.QUOTA_EXCEEDED, "full");
                }))
                .hasMessage("full");

        assertThat(ids(journal)).isEmpty();
        assertThat(ids(new Journal(file))).isEmpty();
    }

    @Test
    void readsAFileAnewThatWasReplaced() throws Exception {
        put(journal, server("1"));
        Files.delete(file);
        put(new Journal(file), server("2"));

        assertThat(ids(journal)).isEqualTo("2");
    }

    private static FakeServer server(String id) {
        return new FakeServer(
                id, id, "az1", "", Amounts.NONE, Map.of(), Addresses.NONE, true, 0, 0, false, FakeServer.NEVER);
    }

    private static void put(Journal journal, FakeServer server) throws IOException, DriverException {
        change(journal, new Change.PutServer(server));
    }

    private static void drop(Journal journal, String id) throws IOException, DriverException {
        change(journal, new Change.DropServer(id));
    }

    private static void change(Journal journal, Change change) throws IOException, DriverException {
        journal.<Void>transact(state -> {
            state.change(change);
            return null;
        });
    }

    private static String ids(Journal journal) throws IOException, DriverException {
        return journal.transact(state ->
                String.join(" ", state.servers().stream().map(FakeServer::id).toList()));
    }
}
