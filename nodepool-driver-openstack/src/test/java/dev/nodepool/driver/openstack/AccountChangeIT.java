package dev.nodepool.driver.openstack;

import static dev.nodepool.driver.openstack.CloudFixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.openstack.fakecloud.FakeKeystone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A launcher that runs follows the files of accounts like its own. */
class AccountChangeIT {

    @TempDir
    Path directory;

    @Test
    void aRunningLauncherTakesUpAnAccountThatComesAndOneThatChanges() throws IOException {
        try (var fixture = new CloudFixture(directory)) {
            fixture.cloud.glance.image("debian");
            var accounts = directory.resolve("clouds.yaml");
            var good = Files.readString(accounts);
            Files.delete(accounts);
            var yaml = yaml("", "auto-floating-ip: false", "");
            var file = Files.writeString(directory.resolve("nodepool.yaml"), yaml);

            try (var launcher = new LauncherFixture(fixture, yaml)) {
                var watch = launcher.follow(file);
                var request = launcher.ask("small");
                assertThat(launcher.state(request)).isEqualTo("requested");

                Files.writeString(accounts, good);
                launcher.awaitState(request, "fulfilled");
                var servers = launcher.servers().size();

                Files.writeString(accounts, good.replace(FakeKeystone.PASSWORD, "wrong"));
                launcher.until("the new password is refused", () -> fixture.cloud.keystone.refused() > 0);
                var second = launcher.ask("small");
                launcher.until("it is refused again", () -> fixture.cloud.keystone.refused() > 2);
                assertThat(launcher.state(second)).isNotIn("fulfilled", "failed");
                assertThat(launcher.servers()).hasSize(servers);

                Files.writeString(accounts, "clouds: {fake: {auth: [");
                launcher.until(
                        "the broken file is refused", () -> watch.remark().isPresent());
                assertThat(watch.remark().orElseThrow()).contains("clouds.yaml:1:");

                Files.writeString(accounts, good);
                launcher.awaitState(second, "fulfilled");
            }
        }
    }
}
