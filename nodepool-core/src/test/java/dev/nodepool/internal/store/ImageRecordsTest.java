package dev.nodepool.internal.store;

import static dev.nodepool.internal.store.ImageFixture.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodepool.internal.lifecycle.BuildEvent;
import dev.nodepool.internal.lifecycle.IllegalTransitionException;
import dev.nodepool.internal.lifecycle.UploadEvent;
import dev.nodepool.internal.retention.BuildFacts;
import dev.nodepool.internal.store.Locks.Directory;
import dev.nodepool.internal.tree.MemoryTree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.model.BuildState;
import dev.nodepool.model.Document;
import dev.nodepool.model.ImageBuild;
import dev.nodepool.model.ImageUpload;
import dev.nodepool.model.UploadState;
import dev.nodepool.testing.Behaviour;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Locks, builds, uploads and requests as they are written and read. */
class ImageRecordsTest {

    private static final String GONE = "0".repeat(32);

    private ImageFixture fixture;
    private ImageFixture.Process ours;
    private ImageFixture.Process theirs;

    @BeforeEach
    void begin() {
        fixture = new ImageFixture();
        ours = fixture.process("ours");
        theirs = fixture.process("theirs");
    }

    private Locks locks(ImageFixture.Process process) {
        return process.stores.locks();
    }

    @Test
    @Behaviour({"Z03", "Z04", "Z05"})
    void theLockOfAnImagesBuildsExcludesOthersWhileItIsHeld() {
        var lock = now(ours.stores.imageLocks().builds("img")).orElseThrow();
        assertThat(fixture.names("/nodepool/images/img/builds/lock"))
                .singleElement()
                .asString()
                .matches("[0-9a-f]{32}__lock__\\d{10}");
        assertThat(now(theirs.stores.imageLocks().builds("img"))).isEmpty();
        timesOut(ImagePaths.buildsLock("img"), Directory.WITH_PARENTS);
        now(locks(ours).release(lock));
        assertThat(now(theirs.stores.imageLocks().builds("img"))).isPresent();
    }

    private void timesOut(String dir, Directory directory) {
        var waiting = locks(theirs).lock(dir, directory, Duration.ofSeconds(1));
        assertThat(waiting).isNotDone();
        fixture.time.advance(Duration.ofSeconds(2));
        assertThatThrownBy(waiting::join).hasCauseInstanceOf(TimeoutException.class);
    }

    @Test
    @Behaviour({"Z06", "Z07", "Z08", "Z80", "Z81", "Z82"})
    void theLockOfOneBuildExcludesOthersWhileItIsHeld() {
        var build = ours.ready("img");
        now(ours.stores.imageLocks().build(build)).orElseThrow();
        assertThat(fixture.names(ImagePaths.buildLock("img", build.id()))).hasSize(1);
        assertThat(now(theirs.stores.imageLocks().build(build))).isEmpty();
        timesOut(ImagePaths.buildLock("img", build.id()), Directory.LAST_PART);
    }

    @Test
    @Behaviour({"Z13", "Z14", "Z15"})
    void theLockOfUploadsExcludesOthersWhileItIsHeld() {
        var build = ours.ready("img");
        now(ours.stores.imageLocks().uploads("img", build.id(), "p")).orElseThrow();
        assertThat(fixture.names(ImagePaths.uploadsLock("img", build.id(), "p")))
                .hasSize(1);
        assertThat(now(theirs.stores.imageLocks().uploads("img", build.id(), "p")))
                .isEmpty();
        assertThat(now(theirs.stores.imageLocks().uploads("img", build.id(), "q")))
                .isPresent();
        timesOut(ImagePaths.uploadsLock("img", build.id(), "p"), Directory.LAST_PART);
    }

    @Test
    @Behaviour({"Z10", "Z11", "Z12"})
    void theLockOfOneUploadExcludesOthersWhileItIsHeld() {
        var upload = ours.uploaded(ours.ready("img"), "p");
        now(ours.stores.imageLocks().upload(upload)).orElseThrow();
        var dir = ImagePaths.uploadLock("img", upload.build(), "p", upload.id());
        assertThat(fixture.names(dir)).hasSize(1);
        assertThat(now(theirs.stores.imageLocks().upload(upload))).isEmpty();
        timesOut(dir, Directory.LAST_PART);
    }

    @Test
    @Behaviour({"Z09", "Z38"})
    void anUploadIsRemovedWithItsLockWhileThatIsHeld() {
        var upload = ours.uploaded(ours.ready("img"), "p");
        var lock = now(ours.stores.imageLocks().upload(upload)).orElseThrow();
        now(ours.records().remove(upload));
        assertThat(fixture.names(ImagePaths.uploads("img", upload.build(), "p")))
                .containsExactly("lock");
        now(locks(ours).release(lock));
        now(ours.records().remove(upload));
        assertThat(ours.cache().image("img").builds().get(0).uploads()).isEmpty();
    }

    @Test
    @Behaviour({"Z83", "Z85"})
    void aLockOnWhatIsGoneIsNotHadAndMakesNothingAndEmptyZnodesOfOthersAreRead() {
        var gone = new ImageBuild("img", GONE, Document.EMPTY);
        now(fixture.user.ensure(ImagePaths.builds("img")));
        assertThat(now(ours.stores.imageLocks().build(gone))).isEmpty();
        assertThat(now(ours.stores.imageLocks().uploads("img", GONE, "p"))).isEmpty();
        assertThat(now(ours.stores
                        .imageLocks()
                        .upload(new ImageUpload("img", GONE, "p", "0000000001", Document.EMPTY))))
                .isEmpty();
        assertThat(fixture.names(ImagePaths.builds("img"))).isEmpty();

        // As kazoo does it: the whole path is made.
        now(fixture.user.ensure(ImagePaths.uploadLock("img", GONE, "p", "0000000001")));
        var facts = ours.cache().image("img");
        assertThat(facts.builds()).singleElement().matches(BuildFacts::empty);
        assertThat(facts.builds().get(0).uploads()).singleElement().matches(upload -> upload.empty());
        assertThat(facts.ready()).isEmpty();
        assertThat(facts.builds().get(0).build().state()).isEqualTo(BuildState.UNKNOWN);
        assertThat(now(ours.cache().read("img"))).isEqualTo(facts);
        assertThat(ours.cache().oddRecords()).isZero();
    }

    @Test
    @Behaviour({"Z16", "Z17", "Z69", "Z70"})
    void aBuildIsStoredAsPythonReadsItAndReadBackEqual() {
        var first = ours.building("img");
        assertThat(first.id()).matches("[0-9a-f]{32}");
        assertThat(first.record().doc().fields().keySet())
                .containsExactlyInAnyOrder(
                        "state",
                        "state_time",
                        "builder",
                        "builder_id",
                        "formats",
                        "username",
                        "python_path",
                        "shell_type");
        assertThat(fixture.text(ImagePaths.build("img", first.id())))
                .contains("\"formats\":\"qcow2,raw\"", "\"state\":\"building\"", "\"builder_id\":\"owner\"");
        now(locks(ours).release(first.lock()));
        var second = ours.building("img");
        assertThat(second.id()).isNotEqualTo(first.id());
        var facts = now(theirs.cache().read("img"));
        assertThat(facts.builds()).extracting(BuildFacts::id).containsExactlyInAnyOrder(first.id(), second.id());
        var read = facts.build(second.id()).orElseThrow().build();
        assertThat(read).isEqualTo(second.record());
        assertThat(read.builder()).contains("host");
        assertThat(read.builderId()).contains("owner");
        assertThat(read.formats()).containsExactly("qcow2", "raw");
        assertThat(read.stateTime()).isEqualTo(fixture.time.instant().toEpochMilli() / 1e3);
        assertThat(theirs.cache().all()).extracting(image -> image.name()).containsExactly("img");
    }

    @Test
    @Behaviour({"Z18", "Z19", "Z20", "Z21", "Z22", "Z23", "Z84"})
    void whatIsNotThereReadsAsNothing() {
        assertThat(ours.cache().all()).isEmpty();
        assertThat(ours.cache().image("img").builds()).isEmpty();
        var facts = now(ours.cache().read("img"));
        assertThat(facts.builds()).isEmpty();
        assertThat(facts.build(GONE)).isEmpty();
        var build = ours.ready("img");
        assertThat(now(ours.cache().read("img")).build(build.id()).orElseThrow().uploads())
                .isEmpty();
        var lock = now(ours.stores.imageLocks().builds("other")).orElseThrow();
        assertThatThrownBy(() -> now(ours.records().hold(new ImageBuild("img", GONE, Document.EMPTY), lock)))
                .hasCauseInstanceOf(Refused.class);
    }

    @Test
    @Behaviour({"Z24", "Z26", "Z71", "Z72"})
    void anUploadIsStoredAsPythonReadsItWithIncreasingNumbers() {
        var build = ours.ready("img");
        var first = ours.uploaded(build, "p");
        assertThat(first.id()).isEqualTo("0000000001");
        assertThat(first.doc().fields().keySet())
                .containsExactlyInAnyOrder(
                        "state",
                        "state_time",
                        "external_id",
                        "external_name",
                        "format",
                        "username",
                        "python_path",
                        "shell_type");
        var second = ours.uploaded(build, "p");
        assertThat(second.id()).isEqualTo("0000000002");
        var other = ours.uploaded(build, "q");
        assertThat(other.id()).isEqualTo("0000000001");
        var facts = now(theirs.cache().read("img")).build(build.id()).orElseThrow();
        assertThat(facts.uploads())
                .extracting(upload -> upload.upload())
                .containsExactlyInAnyOrder(first, second, other);
        var read = facts.uploadsTo("p").get(0).upload();
        assertThat(read.image()).isEqualTo("img");
        assertThat(read.build()).isEqualTo(build.id());
        assertThat(read.provider()).isEqualTo("p");
        assertThat(read.externalId()).contains("x0000000001");
        assertThat(read.format()).contains("qcow2");
        assertThat(read.state()).isEqualTo(UploadState.READY);
        assertThat(read.username()).isEqualTo("ci");
        assertThat(read.shellType()).isEqualTo("sh");
        assertThat(read.stateTime()).isEqualTo(first.stateTime());
    }

    @Test
    @Behaviour("Z86")
    void allUploadsOfAProviderAreFoundByImageAndBuild() {
        var a = ours.ready("a");
        var b = ours.ready("b");
        ours.uploaded(a, "p");
        ours.uploaded(b, "p");
        ours.uploaded(b, "q");
        assertThat(theirs.cache().all().stream()
                        .flatMap(image -> image.builds().stream())
                        .flatMap(build -> build.uploadsTo("p").stream())
                        .map(upload ->
                                upload.upload().image() + " " + upload.upload().build()))
                .containsExactly("a " + a.id(), "b " + b.id());
    }

    @Test
    @Behaviour("Z25")
    void anUploadOfABuildThatIsGoneIsRefused() {
        var build = ours.ready("img");
        var lock = now(ours.stores.imageLocks().uploads("img", build.id(), "p")).orElseThrow();
        now(Removal.recursive(fixture.user, ImagePaths.build("img", build.id())));
        assertThatThrownBy(() -> now(ours.records().createUpload(lock, build, "p")))
                .matches(failure -> TreeException.codeOf(failure) == TreeException.Code.NO_NODE);
    }

    @Test
    @Behaviour("Z27")
    void aRequestIsMadeSeenAndTakenBackUnlessItIsANewerOne() {
        now(fixture.user.ensure(ImagePaths.request("img")));
        var request = ours.cache().image("img").request().orElseThrow();
        assertThat(request.since()).isEqualTo(fixture.time.instant().toEpochMilli() / 1e3);
        now(ours.records().answered("img", request.created()));
        assertThat(ours.cache().image("img").request()).isEmpty();
        now(fixture.user.ensure(ImagePaths.request("img")));
        now(ours.records().answered("img", request.created()));
        assertThat(ours.cache().image("img").request()).isPresent();
        now(ours.records().answered("other", 1));
    }

    @Test
    @Behaviour({"Z32", "Z33", "Z34", "Z35"})
    void lockDirectoriesAreNoBuildsAndNoUploadsAndStatesTellThemApart() {
        var ready = ours.ready("img");
        var building = ours.building("img");
        var upload = ours.uploaded(ready, "p");
        ours.uploading(ready, "p");
        var facts = theirs.cache().image("img");
        assertThat(facts.building()).isTrue();
        assertThat(facts.builds()).extracting(BuildFacts::id).containsExactlyInAnyOrder(ready.id(), building.id());
        assertThat(facts.ready()).extracting(BuildFacts::id).containsExactly(ready.id());
        var uploads = facts.build(ready.id()).orElseThrow().uploadsTo("p");
        assertThat(uploads).hasSize(2).allMatch(u -> u.underWay());
        assertThat(uploads)
                .extracting(u -> u.upload().state())
                .containsExactly(UploadState.READY, UploadState.UPLOADING);
        assertThat(uploads.get(0).upload()).isEqualTo(upload);
    }

    @Test
    @Behaviour({"Z36", "Z37"})
    void aBuildIsRemovedOnlyWithoutUploads() {
        var build = ours.ready("img");
        var upload = ours.uploaded(build, "p");
        assertThat(now(ours.records().remove(build))).isFalse();
        assertThat(fixture.names(ImagePaths.builds("img"))).contains(build.id());
        now(ours.records().remove(upload));
        assertThat(now(ours.records().remove(build))).isTrue();
        assertThat(fixture.names(ImagePaths.builds("img"))).containsExactly("lock");
        assertThat(now(ours.records().remove(build))).isTrue();
    }

    @Test
    void statesComeFromTheTableAndUnknownFieldsStay() {
        var build = ours.ready("img");
        var path = ImagePaths.build("img", build.id());
        now(fixture.user.set(path, Json.write(build.doc().with("later", List.of(1))), -1));
        var lock = now(ours.stores.imageLocks().build(build)).orElseThrow();
        var held = now(ours.records().hold(build, lock));
        var deleting = now(ours.records().apply(held, BuildEvent.DELETE, Map.of()));
        assertThat(deleting.record().doc().get("later")).isEqualTo(List.of(1));
        assertThatThrownBy(() -> ours.records().apply(deleting, BuildEvent.SUCCEED, Map.of()))
                .isInstanceOf(IllegalTransitionException.class);
    }

    @Test
    void aWriteThatSomebodyWasBeforeIsRefused() {
        var held = ours.building("img");
        now(fixture.user.set(
                ImagePaths.build("img", held.id()), Json.write(held.record().doc()), -1));
        assertThatThrownBy(() -> now(ours.records().apply(held, BuildEvent.FAIL, Map.of(), "formats")))
                .matches(failure -> Refused.is(failure, Refused.Why.STALE));
        now(fixture.user.delete(ImagePaths.build("img", held.id()), -1));
        assertThatThrownBy(() -> now(ours.records().apply(held, BuildEvent.FAIL, Map.of(), "formats")))
                .matches(failure -> Refused.is(failure, Refused.Why.GONE));
    }

    @Test
    void nothingIsWrittenWithALockOfALostSession() {
        var held = ours.building("img");
        fixture.server.expire(ours.tree);
        assertThat(ours.lost).isEqualTo(1);
        assertThatThrownBy(() -> now(ours.records().apply(held, BuildEvent.SUCCEED, Map.of())))
                .matches(failure -> TreeException.codeOf(failure) == TreeException.Code.SESSION_EXPIRED);
        assertThat(theirs.cache().image("img").builds().get(0).build().state()).isEqualTo(BuildState.BUILDING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"create", "multi"})
    void lostAnswersAreLookedUpAndNothingIsWrittenTwice(String call) {
        for (var after : List.of(true, false)) {
            var calls = new int[1];
            Predicate<MemoryTree.Call> once = c -> c.name().equals(call)
                    && !c.path().contains("lock")
                    && c.path().contains("/builds/")
                    && calls[0]++ == 0;
            if (after) {
                ours.loseAfter = once;
            } else {
                ours.loseBefore = once;
            }
            var build = ours.ready("img");
            assertThat(calls[0]).isPositive();
            calls[0] = 0;
            var upload = ours.uploaded(build, "p");
            assertThat(calls[0]).isPositive();
            ours.loseAfter = c -> false;
            ours.loseBefore = c -> false;
            var facts = now(theirs.cache().read("img"));
            assertThat(facts.build(build.id()).orElseThrow().build()).isEqualTo(build);
            assertThat(facts.build(build.id()).orElseThrow().uploads())
                    .singleElement()
                    .matches(u -> u.upload().equals(upload));
            now(ours.records().remove(upload));
            now(ours.records().remove(build));
            assertThat(fixture.names(ImagePaths.builds("img"))).containsExactly("lock");
        }
    }

    @Test
    void theCopyFollowsOthersAndIsMadeAnewAfterAnInterruption() {
        var build = theirs.ready("img");
        var upload = theirs.uploaded(build, "p");
        assertThat(ours.cache().image("img")).isEqualTo(now(ours.cache().read("img")));
        fixture.server.suspend(ours.tree);
        assertThat(ours.stores.caughtUp()).isFalse();
        var lock = now(theirs.stores.imageLocks().upload(upload)).orElseThrow();
        var held = now(theirs.records().hold(upload, lock));
        now(theirs.records().apply(held, UploadEvent.DELETE, Map.of()));
        var second = theirs.ready("second");
        now(fixture.user.ensure(ImagePaths.pause("img")));
        fixture.server.resume(ours.tree);
        assertThat(ours.stores.caughtUp()).isTrue();
        assertThat(ours.cache().image("img").paused()).isTrue();
        assertThat(ours.cache()
                        .image("img")
                        .builds()
                        .get(0)
                        .uploads()
                        .get(0)
                        .upload()
                        .state())
                .isEqualTo(UploadState.DELETING);
        assertThat(ours.cache().image("second").newestReady().orElseThrow().id())
                .isEqualTo(second.id());
        now(fixture.user.delete(ImagePaths.pause("img"), -1));
        assertThat(ours.cache().image("img").paused()).isFalse();
    }

    @Test
    void aRecordThatCanNotBeReadIsCountedAndHindersNothing() {
        now(fixture.user.ensure(ImagePaths.build("img", GONE)));
        now(fixture.user.set(ImagePaths.build("img", GONE), "{half".getBytes(), -1));
        var build = ours.ready("img");
        assertThat(ours.cache().image("img").newestReady().orElseThrow().id()).isEqualTo(build.id());
        assertThat(ours.cache().oddRecords()).isEqualTo(1);
        assertThat(ours.cache().image("img").build(GONE).orElseThrow().empty()).isFalse();
    }
}
