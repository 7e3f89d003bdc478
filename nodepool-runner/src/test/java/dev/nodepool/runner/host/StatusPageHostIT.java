package dev.nodepool.runner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.runner.Program;
import dev.nodepool.testing.HostProgram;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The status page in Debian's Chromium. */
final class StatusPageHostIT extends ZuulHostBase {

    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Pattern WEB = Pattern.compile("Status server listens at (\\S+)");
    private static final Path PICTURES = Path.of("target/status-page").toAbsolutePath();

    @Test
    void showsWhyARequestWaitsAndItsChangeToEveryone() throws Exception {
        HostProgram.require("/usr/bin/chromium", "chromium");
        Files.createDirectories(PICTURES);
        try (Program launcher = launcher(
                "instances: 2, state: " + directory.resolve("cloud"),
                "{name: small}, {name: big}",
                "{name: small, cloud-image: image, min-ram: 1}")) {
            launcher.awaitOut("is registered", START);
            onTree(tree -> {
                String first = ask(tree, "small");
                String second = ask(tree, "small", "small");
                awaitState(tree, first, "fulfilled");
                try (HostProgram browser = look(launcher, second)) {
                    awaitLine(browser, "WAITS");
                    for (String node : tree.children("/nodepool/nodes").get(10, TimeUnit.SECONDS)) {
                        release(tree, "/nodepool/nodes/" + node);
                    }
                    awaitLine(browser, "GOES ON");
                    assertThat(browser.waitFor(LIMIT)).as(browser::output).isZero();
                }
                return true;
            });
        }
        assertThat(PICTURES.resolve("status-light.png")).isNotEmptyFile();
        assertThat(PICTURES.resolve("status-dark.png")).isNotEmptyFile();
        assertThat(PICTURES.resolve("status-phone.png")).isNotEmptyFile();
    }

    private HostProgram look(Program launcher, String request) throws Exception {
        Matcher web = WEB.matcher(launcher.out());
        assertThat(web.find()).as(launcher::told).isTrue();
        Path script = directory.resolve("status_page.mjs");
        try (InputStream content = getClass().getResourceAsStream("status_page.mjs")) {
            Files.write(script, Objects.requireNonNull(content).readAllBytes());
        }
        return HostProgram.start(List.of(
                HostProgram.require("/usr/bin/node", "nodejs"),
                script.toString(),
                web.group(1),
                Objects.requireNonNull(Npm.module("playwright-core").getParent())
                        .toString(),
                PICTURES.toString(),
                request,
                "waits: the provider has 1 of 2 instances free, the request needs 2"));
    }

    private static void awaitLine(HostProgram browser, String line) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(200)).until(() -> {
            if (browser.output().lines().anyMatch(line::equals)) {
                return true;
            }
            assertThat(browser.isAlive()).as(browser::output).isTrue();
            return false;
        });
    }

    private static String ask(Tree tree, String... labels) throws Exception {
        String record =
                "{\"node_types\": [\"%s\"], \"state\": \"requested\", \"state_time\": 1, \"requestor\": \"people\"}"
                        .formatted(String.join("\", \"", labels));
        String path = tree.create(
                        "/nodepool/requests/200-", record.getBytes(StandardCharsets.UTF_8), Mode.PERSISTENT_SEQUENTIAL)
                .get(10, TimeUnit.SECONDS)
                .path();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static void awaitState(Tree tree, String request, String state) {
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> text(tree, "/nodepool/requests/" + request).contains("\"" + state + "\""));
    }

    private static void release(Tree tree, String node) throws Exception {
        byte[] used = text(tree, node)
                .replace("\"state\":\"ready\"", "\"state\":\"used\"")
                .getBytes(StandardCharsets.UTF_8);
        tree.set(node, used, -1).get(10, TimeUnit.SECONDS);
    }

    private static String text(Tree tree, String path) throws Exception {
        return new String(tree.get(path).get(10, TimeUnit.SECONDS).data(), StandardCharsets.UTF_8);
    }
}
