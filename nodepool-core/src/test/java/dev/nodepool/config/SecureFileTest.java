package dev.nodepool.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nodepool.driver.config.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecureFileTest {

    private static final String MAIN = """
            zookeeper-servers: [{host: a}, {host: b, chroot: /c}]
            diskimages:
            - {name: base, abstract: true, env-vars: {A: '1', B: '1'}}
            - {name: d, parent: base, env-vars: {B: '2', C: '2'}}
            """;

    @TempDir
    Path directory;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private LoadedConfig load(String secure) throws IOException {
        return Load.loader()
                .requiringZooKeeper()
                .load(write("nodepool.yaml", MAIN), Optional.of(write("secure.conf", secure)), Strictness.STRICT);
    }

    private List<String> errors(String secure) {
        var thrown = catchThrowableOfType(ConfigException.class, () -> load(secure));
        return thrown.problems().stream()
                .map(Problem::toString)
                .map(text -> text.substring(directory.toString().length() + 1))
                .toList();
    }

    @Test
    void replacesTheServersAndTls() throws IOException {
        var config = load("""
                zookeeper-servers: [{host: '2001:db8::1'}]
                zookeeper-tls: {cert: c.pem, key: k.pem, ca: ca.pem, verify-hostname: true}
                """).config();

        assertThat(config.zooKeeper().hosts()).isEqualTo("[2001:db8::1]:2281");
        assertThat(config.zooKeeper().chroot()).isEmpty();
        assertThat(config.zooKeeper().tls())
                .contains(new ZooKeeperConfig.Tls(Path.of("c.pem"), Path.of("k.pem"), Path.of("ca.pem"), true));
    }

    @Test
    void mergesVariablesOverThoseOfTheImageAndItsParents() throws IOException {
        var config =
                load("diskimages: [{name: d, env-vars: {C: '3', D: '3'}}]\n").config();

        assertThat(Objects.requireNonNull(config.diskImages().get("d")).envVars())
                .containsOnly(Map.entry("A", "1"), Map.entry("B", "2"), Map.entry("C", "3"), Map.entry("D", "3"));
    }

    @Test
    void keepsWhatAnEmptyFileOrListDoesNotReplace() throws IOException {
        assertThat(load("").config().zooKeeper().hosts()).isEqualTo("a:2181,b:2181");
        assertThat(load("zookeeper-servers: []\n").config().zooKeeper().chroot())
                .isEqualTo("/c");
    }

    @Test
    void ignoresKeysThatAreNotItsOwn() throws IOException {
        assertThat(load("labels: [{name: x}]\ndiskimages: [{name: d, pause: true, env-vars: {}}]\n")
                        .warnings())
                .isEmpty();
    }

    @Test
    void reportsUnknownAndAbstractImagesAndMissingVariables() {
        assertThat(errors("diskimages:\n- name: zz\n- {name: base, env-vars: {X: s3cret, Y: 12345}}\n"))
                .containsExactly(
                        "secure.conf:2:3: diskimages[0].env-vars: missing",
                        "secure.conf:2:9: diskimages[0].name: no diskimage \"zz\"",
                        "secure.conf:3:10: diskimages[1].name: \"base\" is abstract",
                        "secure.conf:3:41: diskimages[1].env-vars.Y: expected a string, got an integer");
    }

    @Test
    void neverShowsAValue() {
        assertThat(errors("zookeeper-tls: s3cret-password\n"))
                .containsExactly("secure.conf:1:16: zookeeper-tls: expected a mapping, got a string");
    }

    @Test
    void reportsBothFilesInOneAnswerMainFileFirst() throws IOException {
        var main = write("nodepool.yaml", "labels: [{}]\n");
        var secure = write("a-secure.conf", "zookeeper-servers: [{}]\n");

        var thrown = catchThrowableOfType(
                ConfigException.class, () -> Load.loader().load(main, Optional.of(secure), Strictness.LENIENT));

        assertThat(thrown.problems())
                .extracting(problem -> Path.of(problem.mark().file()))
                .containsExactly(main, secure);
    }

    @Test
    void reportsFilesThatCanNotBeRead() throws IOException {
        var broken = Files.write(
                directory.resolve("broken"), "labels: [{name: \u00e4}]".getBytes(StandardCharsets.ISO_8859_1));
        var thrown = catchThrowableOfType(
                ConfigException.class,
                () -> Load.loader().load(directory.resolve("gone"), Optional.of(broken), Strictness.LENIENT));

        assertThat(thrown.problems())
                .extracting(Problem::text)
                .containsExactly("the file does not exist", "the file is not UTF-8");
    }

    @Test
    void requiresServersOnlyWhenAskedTo() {
        var thrown = catchThrowableOfType(
                ConfigException.class,
                () -> Load.loader().requiringZooKeeper().loadText("f", "labels: []\nproviders:\n"));

        assertThat(thrown).hasMessage("f:1:1: zookeeper-servers: none configured (nodepool.yaml or secure file)");
        assertThat(Load.config("labels: []\nproviders:\n").zooKeeper().servers())
                .isEmpty();
    }

    @Test
    void changesItsHashWithTheContentOfAnyFile() throws IOException {
        var files = List.of(write("m", "a"), write("s", "b"));
        var before = ConfigLoader.contentHash(files);

        write("s", "b");
        assertThat(ConfigLoader.contentHash(files)).isEqualTo(before);
        write("s", "c");
        assertThat(ConfigLoader.contentHash(files)).isNotEqualTo(before);
        Files.delete(files.get(1));
        assertThat(ConfigLoader.contentHash(files)).isNotEqualTo(before);
        assertThat(load("").contentHash())
                .isEqualTo(ConfigLoader.contentHash(
                        List.of(directory.resolve("nodepool.yaml"), directory.resolve("secure.conf"))));
    }
}
