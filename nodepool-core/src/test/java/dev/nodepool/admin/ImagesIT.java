package dev.nodepool.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nodepool.EmbeddedZooKeeper;
import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.internal.tree.Tree;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders about images with a real ZooKeeper and no builder. */
class ImagesIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String BUILD = "0123456789abcdef0123456789abcdef";

    private EmbeddedZooKeeper zooKeeper;
    private Tree tree;
    private Admin admin;
    private Images images;

    @BeforeEach
    void connect() {
        zooKeeper = EmbeddedZooKeeper.start();
        var servers = ZooKeeperConfig.of(zooKeeper.connectString());
        admin = Admin.connect(servers, LIMIT);
        images = admin.images();
        tree = CuratorTree.open(servers);
        await().atMost(LIMIT).until(() -> tree.session().connected());
    }

    @AfterEach
    void disconnect() {
        admin.close();
        tree.close();
        zooKeeper.close();
    }

    private void write(String path, String record) throws Exception {
        tree.ensure(path).get(20, TimeUnit.SECONDS);
        tree.set(path, record.getBytes(StandardCharsets.UTF_8), -1).get(20, TimeUnit.SECONDS);
    }

    private void build(String state) throws Exception {
        write(
                "/nodepool/images/img/builds/" + BUILD,
                "{\"state\": \"%s\", \"state_time\": 5.5, \"builder\": \"gone\", \"builder_id\": \"gone\"}"
                        .formatted(state));
    }

    private void upload(String state) throws Exception {
        write(
                "/nodepool/images/img/builds/" + BUILD + "/providers/p/images/0000000001",
                "{\"state\": \"%s\", \"state_time\": 6.5, \"external_id\": \"x\"}".formatted(state));
    }

    @Test
    void showsWhatIsThereAlsoWhenThatIsNothing() throws Exception {
        assertThat(images.all()).isEmpty();
        build("ready");
        upload("ready");
        images.requestBuild("img");
        images.requestBuild("img");
        images.pause("img");
        images.pause("other");
        assertThat(images.all()).extracting(image -> image.name()).containsExactly("img", "other");
        var image = images.all().get(0);
        assertThat(image.paused()).isTrue();
        assertThat(image.requested()).isPresent();
        assertThat(image.builds()).singleElement().satisfies(b -> {
            assertThat(b.state()).isEqualTo("ready");
            assertThat(b.since().toEpochMilli()).isEqualTo(5500);
            assertThat(b.uploads())
                    .singleElement()
                    .satisfies(u -> assertThat(u.externalId()).isEqualTo("x"));
        });
        images.unpause("img");
        images.unpause("img");
        assertThat(images.all().get(0).paused()).isFalse();
    }

    @Test
    void marksABuildUnlessItIsBeingMadeOrNotThere() throws Exception {
        assertThat(images.deleteBuild("img", BUILD)).isEqualTo(Images.Answer.NOT_FOUND);
        build("building");
        assertThat(images.deleteBuild("img", BUILD)).isEqualTo(Images.Answer.BUSY);
        build("failed");
        assertThat(images.deleteBuild("img", BUILD)).isEqualTo(Images.Answer.DONE);
        assertThat(images.deleteBuild("img", BUILD)).isEqualTo(Images.Answer.DONE);
        assertThat(images.all().get(0).builds().get(0).state()).isEqualTo("deleting");
    }

    @Test
    void marksAnUploadUnlessItIsUnderWayOrNotThere() throws Exception {
        build("ready");
        assertThat(images.deleteUpload("p", "img", BUILD, "0000000001")).isEqualTo(Images.Answer.NOT_FOUND);
        upload("uploading");
        assertThat(images.deleteUpload("p", "img", BUILD, "0000000001")).isEqualTo(Images.Answer.BUSY);
        upload("ready");
        assertThat(images.deleteUpload("p", "img", BUILD, "0000000001")).isEqualTo(Images.Answer.DONE);
        assertThat(images.all().get(0).builds().get(0).uploads().get(0).state()).isEqualTo("deleting");
    }

    @Test
    void removesTheRecordOfABuilderThatIsGoneByForce() throws Exception {
        build("building");
        assertThat(images.forceDeleteBuild("img", BUILD)).isEqualTo(Images.Answer.DONE);
        assertThat(images.all().get(0).builds()).isEmpty();
        assertThat(images.forceDeleteBuild("img", BUILD)).isEqualTo(Images.Answer.NOT_FOUND);
        build("ready");
        upload("ready");
        assertThat(images.forceDeleteBuild("img", BUILD)).isEqualTo(Images.Answer.DONE);
        var left = images.all().get(0).builds().get(0);
        assertThat(left.state()).isEqualTo("deleting");
        assertThat(left.uploads().get(0).state()).isEqualTo("deleting");
    }

    @Test
    void saysThatZooKeeperDoesNotAnswer() {
        assertThatThrownBy(() -> Admin.connect(ZooKeeperConfig.of("127.0.0.1:1"), Duration.ofSeconds(1)))
                .isInstanceOf(AdminException.class)
                .hasMessageContaining("did not answer within 1 s");
    }
}
