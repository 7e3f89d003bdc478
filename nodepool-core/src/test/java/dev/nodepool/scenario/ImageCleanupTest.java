package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.ImageStore;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.internal.store.ImagePaths;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.Removal;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.model.BuildState;
import dev.nodepool.model.ImageUpload;
import dev.nodepool.model.UploadState;
import dev.nodepool.testing.Behaviour;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is removed, when, in which order, and what is left alone. */
class ImageCleanupTest {

    private static final Duration LONG = Duration.ofMinutes(3);
    private static final String ONE = BuildAndUploadTest.ONE;
    private static final String TWO = BuildAndUploadTest.TWO;
    private static final String BROKEN_DELETE =
            "fake-cloud: {faults: [{operation: image-delete, fault: unavailable, %s}]}";

    @TempDir
    private Path root;

    private ImageScenario scenario;

    @BeforeEach
    void begin() {
        scenario = new ImageScenario(root);
    }

    /** A configuration whose cloud does not delete images. */
    private static String without(String deletes) {
        return ONE.replace("pools: []", BROKEN_DELETE.formatted(deletes) + ", pools: []");
    }

    private void rebuild(int ready, String... providers) {
        scenario.age("img", Duration.ofDays(2));
        scenario.awaitReady("img", ready, providers);
    }

    @Test
    @Behaviour("B15")
    void aThirdBuildTakesThePlaceOfTheFirst() {
        var builder = scenario.builder(ONE);
        scenario.awaitReady("img", 1, "fake-one");
        var first = scenario.builds("img").get(0).id();
        scenario.pass(Duration.ofSeconds(1));
        rebuild(2, "fake-one");
        scenario.pass(Duration.ofSeconds(1));
        scenario.age("img", Duration.ofDays(1).plusHours(1));
        scenario.passUntil(() -> builder.dib.orders().size() == 3, LONG);
        scenario.passUntil(
                () -> scenario.builds("img").size() == 2
                        && scenario.stored("fake-one").size() == 2,
                LONG);
        assertThat(scenario.builds("img")).allMatch(b -> b.state() == BuildState.READY);
        assertThat(scenario.builds("img")).extracting(b -> b.id()).doesNotContain(first);
        assertThat(builder.files()).noneMatch(name -> name.contains(first));
        assertThat(builder.files()).hasSize(8);
        assertThat(scenario.uploads("img", "fake-one")).allMatch(u -> u.state() == UploadState.READY);
    }

    @Test
    @Behaviour("B16")
    void anUploadWithoutExternalNameOrIdIsNoHindrance() {
        var builder = scenario.builder(ONE);
        scenario.awaitReady("img", 1, "fake-one");
        var fields = new HashMap<String, Object>();
        fields.put("external_id", null);
        fields.put("external_name", null);
        scenario.write(scenario.uploads("img", "fake-one").get(0), fields);
        rebuild(2, "fake-one");
        scenario.age("img", Duration.ofDays(1).plusHours(1));
        scenario.passUntil(() -> builder.dib.orders().size() == 3, LONG);
        scenario.passUntil(
                () -> scenario.builds("img").size() == 2
                        && scenario.stored("fake-one").size() == 2,
                LONG);
    }

    @Test
    @Behaviour("B11")
    void aProviderThatWantsNothingAnyMoreLosesItsUploadsAndTheOtherKeepsThem() {
        var builder = scenario.builder(TWO);
        scenario.awaitReady("img", 1, "fake-one", "fake-two");
        var kept = scenario.uploads("img", "fake-two");
        builder.apply(TWO.replace("diskimages: [{name: img, meta: {b: z}}]", "diskimages: []"));
        scenario.passUntil(
                () -> scenario.uploads("img", "fake-one").isEmpty()
                        && scenario.stored("fake-one").isEmpty(),
                LONG);
        scenario.pass(LONG);
        assertThat(scenario.uploads("img", "fake-two")).isEqualTo(kept);
        assertThat(scenario.builds("img", BuildState.READY)).hasSize(1);
    }

    @Test
    @Behaviour("B13")
    void anImageThatLeftTheConfigurationGoesWithEverything() {
        var builder = scenario.builder(ONE);
        scenario.awaitReady("img", 1, "fake-one");
        builder.apply("diskimages: []\nproviders: [{name: fake-one, driver: fake, diskimages: [], pools: []}]");
        scenario.passUntil(() -> scenario.builds("img").isEmpty(), LONG);
        assertThat(scenario.stored("fake-one")).isEmpty();
        assertThat(builder.files()).isEmpty();
    }

    @Test
    void anImageThatNobodyWantsAnyMoreGoesWithEverything() {
        var builder = scenario.builder(ONE);
        scenario.awaitReady("img", 1, "fake-one");
        builder.apply(ONE.replace("diskimages: [{name: img}]", "diskimages: []"));
        scenario.passUntil(() -> scenario.builds("img").isEmpty(), LONG);
        assertThat(scenario.stored("fake-one")).isEmpty();
        assertThat(builder.files()).isEmpty();
        scenario.pass(LONG);
        assertThat(builder.dib.orders()).hasSize(1);
    }

    @Test
    @Behaviour("B27")
    void anotherBuilderLeavesBuildsAloneThatAreNotUploadedYet() {
        var one = scenario.builder(
                ONE.replace("pools: []", "pools: [], fake-cloud: {faults: [{operation: upload, fault: unavailable}]}"));
        scenario.builder(
                "diskimages: [{name: img}]\nproviders: [{name: fake-two, driver: fake, diskimages: [], pools: []}]");
        scenario.pass(Duration.ofMinutes(10));
        assertThat(scenario.builds("img", BuildState.READY)).hasSize(1);
        assertThat(one.files()).isNotEmpty();
    }

    @Test
    void imagesThatThisBuilderDoesNotKnowAreLeftAlone() {
        scenario.builder(ONE);
        scenario.awaitReady("img", 1, "fake-one");
        var builds = scenario.builds("img");
        scenario.builder("diskimages: []\nproviders: [{name: fake-one, driver: fake, diskimages: [], pools: []}]");
        scenario.pass(Duration.ofMinutes(10));
        assertThat(scenario.builds("img")).isEqualTo(builds);
        assertThat(scenario.uploads("img", "fake-one", UploadState.READY)).hasSize(1);
    }

    @Test
    @Behaviour("B17")
    void anUploadWhoseBuilderIsGoneIsRemovedWithWhatReachedTheCloud() {
        scenario.builder(ONE);
        scenario.awaitReady("img", 1, "fake-one");
        var build = scenario.builds("img").get(0);
        var marks = new HashMap<>(scenario.stored("fake-one").get(0).metadata());
        marks.put(ImageStore.UPLOAD_ID, "0000000002");
        store("half", marks);
        assertThat(scenario.stored("fake-one")).hasSize(2);
        var record = "{\"state\": \"uploading\", \"state_time\": 1.0, \"external_id\": null, \"external_name\": null}";
        var made = scenario.await(scenario.user.create(
                ImagePaths.uploads("img", build.id(), "fake-one") + "/",
                record.getBytes(StandardCharsets.UTF_8),
                Tree.Mode.PERSISTENT_SEQUENTIAL));
        assertThat(made.name()).isEqualTo("0000000002");
        scenario.passUntil(() -> scenario.uploads("img", "fake-one").size() == 1, LONG);
        assertThat(scenario.uploads("img", "fake-one").get(0).state()).isEqualTo(UploadState.READY);
        assertThat(scenario.stored("fake-one")).hasSize(1);
    }

    /** Puts an image into the cloud by another way. */
    private void store(String name, Map<String, String> metadata) {
        var file = ImageScenario.io(() -> Files.writeString(root.resolve(name), name));
        var source = new ImageStore.Source() {
            @Override
            public long length() {
                return name.length();
            }

            @Override
            public InputStream open() throws IOException {
                return Files.newInputStream(file);
            }
        };
        scenario.await(scenario.cloud
                .cloud("fake-one")
                .images()
                .orElseThrow()
                .upload(new ImageStore.ImageUpload(name, "img", metadata, source, "", ""), sent -> {}));
    }

    @Test
    void leakedImagesOfOursGoAndThoseOfOthersStay() {
        scenario.builder(ONE);
        scenario.awaitReady("img", 1, "fake-one");
        var marks = new HashMap<>(scenario.stored("fake-one").get(0).metadata());
        marks.put(ImageStore.UPLOAD_ID, "0000000099");
        store("leaked", marks);
        marks.put(LaunchSpec.INSTALLATION, "another");
        store("foreign", marks);
        store("alien", Map.of());
        scenario.pass(Duration.ofMinutes(10));
        assertThat(scenario.stored("fake-one")).extracting(i -> i.name()).doesNotContain("leaked");
        assertThat(scenario.stored("fake-one"))
                .extracting(i -> i.name())
                .contains("foreign", "alien")
                .hasSize(3);
        assertThat(scenario.figures.counts).containsEntry("nodepool.provider.fake-one.leaked.images", 1L);
    }

    @Test
    @Behaviour("B18")
    void aFailedBuildIsShownUntilThereIsANewerResult() {
        var builder = scenario.builder("diskimages: []\nproviders: []");
        builder.dib.status = order -> 127;
        builder.apply(ONE);
        scenario.pass(Duration.ofSeconds(5));
        assertThat(scenario.builds("img", BuildState.FAILED)).hasSize(1);
        assertThat(scenario.figures.gauges).containsEntry("nodepool.dib_image_build.img.status.rc", 127L);
        assertThat(scenario.figures.times).containsKey("nodepool.dib_image_build.img.status.duration");
        builder.dib.status = order -> 0;
        scenario.awaitReady("img", 1, "fake-one");
        scenario.passUntil(() -> scenario.builds("img").size() == 1, LONG);
    }

    @Test
    @Behaviour("B23")
    void aCloudThatDoesNotDeleteIsAskedAgainUntilItDoes() {
        var builder = scenario.builder(without("times: 5"));
        scenario.awaitReady("img", 1, "fake-one");
        builder.apply(without("times: 5").replace("diskimages: [{name: img}]", "diskimages: []"));
        scenario.pass(Duration.ofSeconds(20));
        assertThat(scenario.uploads("img", "fake-one"))
                .extracting(ImageUpload::state)
                .containsExactly(UploadState.DELETING);
        scenario.passUntil(() -> scenario.builds("img").isEmpty(), Duration.ofMinutes(20));
        assertThat(scenario.cloud.calls("image-delete fake-one")).isGreaterThanOrEqualTo(6);
    }

    @Test
    @Behaviour("B28")
    void filesGoFirstWhileACloudDoesNotDelete() {
        var builder = scenario.builder(without("every: 1"));
        scenario.awaitReady("img", 1, "fake-one");
        builder.apply("diskimages: []\nproviders:\n"
                + "  - {name: fake-one, driver: fake, diskimages: [], pools: [], "
                + BROKEN_DELETE.formatted("every: 1") + "}");
        scenario.passUntil(() -> builder.files().isEmpty(), LONG);
        assertThat(scenario.uploads("img", "fake-one"))
                .extracting(ImageUpload::state)
                .containsExactly(UploadState.DELETING);
        scenario.cloud.cloud("fake-one").faults().clear();
        scenario.passUntil(() -> scenario.builds("img").isEmpty(), Duration.ofMinutes(20));
    }

    @Test
    @Behaviour("B30")
    void withDeleteAfterUploadFormatsGoThatNobodyNeeds() {
        var builder = scenario.builder("""
                diskimages: [{name: img, formats: [qcow2, raw], keep-formats: [qcow2], delete-after-upload: true}]
                providers:
                  - name: fake-raw
                    driver: fake
                    diskimages: [{name: img}]
                    pools: []
                    fake-cloud: {image-format: raw}
                  - name: fake-vhd
                    driver: fake
                    diskimages: [{name: img}]
                    pools: []
                    fake-cloud: {image-format: vhd, faults: [{operation: upload, fault: unavailable}]}
                """);
        scenario.passUntil(() -> builder.files().stream().noneMatch(name -> name.endsWith(".raw")), LONG);
        scenario.awaitReady("img", 1, "fake-raw");
        scenario.passUntil(() -> builder.files().stream().noneMatch(name -> name.endsWith(".raw")), LONG);
        scenario.pass(LONG);
        assertThat(builder.files()).anyMatch(name -> name.endsWith(".qcow2")).anyMatch(name -> name.endsWith(".vhd"));
        assertThat(builder.files()).noneMatch(name -> name.contains(".raw"));
        assertThat(scenario.builds("img", BuildState.READY)).hasSize(1);
    }

    @Test
    void halfMadeFilesOfABuildUnderWaySurvive() {
        var builder = scenario.builder("diskimages: []\nproviders: []");
        builder.dib.takes = order -> Duration.ofMinutes(20);
        builder.apply(ONE);
        scenario.pass(Duration.ofMinutes(15));
        assertThat(builder.files()).anyMatch(name -> name.endsWith(".tar-new"));
    }

    @Test
    void theOlderUploadIsUsedAgainWhenTheNewestIsDeletedAndItIsUploadedAnew() {
        scenario.builder(ONE);
        scenario.awaitReady("img", 1, "fake-one");
        rebuild(2, "fake-one");
        var newest = scenario.uploads("img", "fake-one", UploadState.READY).stream()
                .filter(u -> u.build()
                        .equals(scenario.image("img")
                                .newestReady()
                                .orElseThrow()
                                .id()))
                .findFirst()
                .orElseThrow();
        scenario.pause("img");
        scenario.write(newest, Map.of("state", "deleting", "state_time", scenario.now()));
        scenario.passUntil(() -> scenario.stored("fake-one").size() == 1, LONG);
        assertThat(scenario.uploads("img", "fake-one", UploadState.READY)).hasSize(1);
        scenario.pass(LONG);
        assertThat(scenario.uploads("img", "fake-one")).hasSize(1);
        scenario.unpause("img");
        scenario.awaitReady("img", 2, "fake-one");
    }

    @Test
    void aBuildMarkedByAPersonLosesItsUploadsFilesAndRecord() {
        var builder = scenario.builder(ONE);
        scenario.awaitReady("img", 1, "fake-one");
        rebuild(2, "fake-one");
        var newest = scenario.image("img").newestReady().orElseThrow().build();
        scenario.write(newest, Map.of("state", "deleting", "state_time", scenario.now()));
        scenario.passUntil(() -> scenario.builds("img").stream().noneMatch(b -> b.id().equals(newest.id())), LONG);
        assertThat(builder.files()).noneMatch(name -> name.contains(newest.id()));
        assertThat(scenario.uploads("img", "fake-one")).noneMatch(u -> u.build().equals(newest.id()));
    }

    @Test
    @Behaviour("C23")
    void aBuildWhoseBuilderIsAwayLosesItsRecordsAndItsFilesGoWhenTheBuilderIsBack() {
        var owner = scenario.builder(ONE, "host1");
        scenario.awaitReady("img", 1, "fake-one");
        rebuild(2, "fake-one");
        var marked = scenario.image("img").newestReady().orElseThrow().build();
        owner.stop();
        scenario.builder(ONE, "host2");
        scenario.write(marked, Map.of("state", "deleting", "state_time", scenario.now()));
        scenario.passUntil(
                () -> scenario.builds("img").stream().noneMatch(b -> b.id().equals(marked.id())), Duration.ofHours(2));
        assertThat(scenario.uploads("img", "fake-one")).noneMatch(u -> u.build().equals(marked.id()));
        assertThat(owner.files()).anyMatch(name -> name.contains(marked.id()));
        var back = scenario.builder(ONE, "host1");
        scenario.passUntil(
                () -> back.files().stream().noneMatch(name -> name.contains(marked.id())), Duration.ofMinutes(30));
    }

    @Test
    void aThirdNewestBuildLivesOnWhileAProviderUsesIt() {
        var builder = scenario.builder(TWO);
        scenario.awaitReady("img", 1, "fake-one", "fake-two");
        var first = scenario.builds("img").get(0).id();
        builder.apply(TWO.replace("name: img, meta: {b: z}", "name: img, pause: true"));
        rebuild(2, "fake-two");
        scenario.age("img", Duration.ofDays(1).plusHours(1));
        scenario.passUntil(() -> builder.dib.orders().size() == 3, LONG);
        scenario.pass(LONG);
        assertThat(scenario.builds("img", BuildState.READY)).hasSize(3);
        assertThat(scenario.uploads("img", "fake-one"))
                .hasSize(1)
                .allMatch(u -> u.build().equals(first));
        assertThat(scenario.uploads("img", "fake-two"))
                .hasSize(2)
                .noneMatch(u -> u.build().equals(first));
        builder.apply(TWO);
        scenario.passUntil(
                () -> scenario.uploads("img", "fake-one", UploadState.READY).size() == 2, LONG);
    }

    @Test
    void emptyZnodesOfBuildsAndUploadsGoAndHinderNothing() {
        scenario.builder(ONE);
        scenario.awaitReady("img", 1, "fake-one");
        var build = scenario.builds("img").get(0).id();
        scenario.await(scenario.user.ensure(ImagePaths.build("img", "0".repeat(32)) + "/lock"));
        scenario.await(scenario.user.ensure(ImagePaths.upload("img", build, "fake-one", "0000000044") + "/lock"));
        rebuild(2, "fake-one");
        scenario.pass(LONG);
        assertThat(scenario.builds("img")).hasSize(2);
        assertThat(scenario.uploads("img", "fake-one")).hasSize(2);
    }

    @Test
    void anEmptiedZooKeeperDoesNotTakeTheImagesOnDisk() {
        var builder = scenario.builder(ONE);
        scenario.awaitReady("img", 1, "fake-one");
        rebuild(2, "fake-one");
        var before = new ArrayList<>(builder.files());
        builder.dib.status = order -> 1;
        scenario.await(Removal.recursive(scenario.user, Layout.IMAGES));
        scenario.await(scenario.user.ensure(Layout.IMAGES));
        scenario.pass(Duration.ofMinutes(30));
        assertThat(builder.files()).containsAll(before);
        assertThat(scenario.stored("fake-one")).hasSize(2);
        assertThat(builder.builder.readiness().remarks())
                .anyMatch(remark -> remark.contains("their files stay"))
                .anyMatch(remark -> remark.startsWith("2 of 2 images of provider fake-one are unknown here and stay"));
    }

    @Test
    void filesOfBuildsWhoseRecordIsGoneAreDeletedOnceZooKeeperKnowsOthers() {
        var builder = scenario.builder(ONE);
        scenario.awaitReady("img", 1, "fake-one");
        var orphan = "img-" + "d".repeat(32);
        ImageScenario.io(() -> Files.writeString(builder.images.resolve(orphan + ".qcow2"), "x"));
        ImageScenario.io(() -> Files.writeString(builder.images.resolve("debian-12.qcow2"), "x"));
        ImageScenario.io(() -> Files.writeString(builder.images.resolve("backup-2024010112.qcow2"), "x"));
        scenario.pass(Duration.ofMinutes(5));
        assertThat(builder.files()).contains(orphan + ".qcow2");
        scenario.pass(Duration.ofMinutes(10));
        assertThat(builder.files()).doesNotContain(orphan + ".qcow2");
        assertThat(builder.files()).contains("debian-12.qcow2", "backup-2024010112.qcow2");
    }

    @Test
    void oneThingThatCanNotBeDeletedHoldsUpNoOther() {
        var builder = scenario.builder(ONE);
        scenario.awaitReady("img", 1, "fake-one");
        var runs = builder.images.resolve(".nodepool-runs");
        ImageScenario.io(() -> Files.createDirectories(runs));
        // A note that names no directory of a build is never followed.
        ImageScenario.io(() -> Files.writeString(runs.resolve("img-" + "a".repeat(32)), "/etc"));
        var work = root.resolve("nodepool-img-stray");
        ImageScenario.io(() -> Files.createDirectories(work.resolve("dib_build.x")));
        ImageScenario.io(() -> Files.writeString(runs.resolve("img-" + "b".repeat(32)), work.toString()));
        scenario.pass(Duration.ofMinutes(2));
        assertThat(work).doesNotExist();
        assertThat(Path.of("/etc/passwd")).exists();
        rebuild(2, "fake-one");
    }

    @Test
    void aBuildOfABuilderThatIsGoneIsMarkedAtOnceAndRemovedAfterItsOwnerHadTime() {
        scenario.create(
                "img",
                "9".repeat(32),
                Map.of(
                        "state", "building",
                        "state_time", scenario.now() - 7200,
                        "builder", "gone",
                        "builder_id", "gone",
                        "formats", "qcow2"));
        var builder = scenario.builder(ONE);
        scenario.passUntil(() -> scenario.builds("img", BuildState.DELETING).size() == 1, Duration.ofMinutes(1));
        scenario.pass(Duration.ofMinutes(30));
        assertThat(scenario.builds("img", BuildState.DELETING)).hasSize(1);
        assertThat(builder.builder.readiness().remarks())
                .singleElement()
                .asString()
                .contains("is not removed by its builder gone");
        scenario.pass(Duration.ofMinutes(40));
        assertThat(scenario.builds("img")).hasSize(1);
    }

    @Test
    void aBuilderThatDiedIsReplacedByOneOnTheSameHostWithoutWaitingForAnybody() {
        var first = scenario.builder("diskimages: []\nproviders: []");
        first.dib.takes = order -> Duration.ofHours(1);
        first.apply(ONE);
        scenario.pass(Duration.ofSeconds(5));
        var abandoned = scenario.builds("img").get(0).id();
        assertThat(first.leftovers()).isNotEmpty();
        first.kill();
        var second = scenario.builder(ONE, "host1");
        scenario.awaitReady("img", 1, "fake-one");
        scenario.passUntil(
                () -> scenario.builds("img").size() == 1 && second.leftovers().isEmpty(), LONG);
        assertThat(second.files()).noneMatch(name -> name.contains(abandoned));
    }
}
