package dev.nodepool.internal.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.ImageStore;
import dev.nodepool.driver.ImageStore.StoredImage;
import dev.nodepool.model.Document;
import dev.nodepool.model.ImageUpload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageLeaksTest {

    private ImageLeaks leaks = ImageLeaks.NONE_SEEN;
    private double now = 1000;

    private static StoredImage image(int number) {
        var marks = Map.of(ImageStore.BUILD_ID, "b" + number, ImageStore.UPLOAD_ID, "0000000001");
        return new StoredImage(new ExternalId("i" + number), "img-" + number, marks);
    }

    private static ImageUpload record(int number, Map<String, String> content) {
        return new ImageUpload("img", "b" + number, "north", "0000000001", Document.EMPTY.with(content));
    }

    private static ImageUpload ready(int number) {
        return record(number, Map.of("state", "ready", "external_id", "i" + number));
    }

    private ImageLeaks.Verdict judge(List<StoredImage> images, List<ImageUpload> records) {
        var verdict = leaks.judge(images, records, now);
        leaks = verdict.next();
        now += 61;
        return verdict;
    }

    /** Images numbered from 1 on, the first so many of which have a record. */
    private ImageLeaks.Verdict judgeTwice(int known, int unknown) {
        var images = IntStream.rangeClosed(1, known + unknown)
                .mapToObj(ImageLeaksTest::image)
                .toList();
        var records =
                IntStream.rangeClosed(1, known).mapToObj(ImageLeaksTest::ready).toList();
        assertThat(judge(images, records).proven()).isEmpty();
        return judge(images, records);
    }

    @Test
    void anImageIsALeakOnceItWasUnknownInTwoListingsAMinuteApart() {
        var verdict = judgeTwice(2, 1);
        assertThat(verdict.proven()).containsExactly(image(3));
        assertThat(verdict.frozen()).isFalse();
    }

    @Test
    void anImageThatWasKnownInBetweenIsSeenForTheFirstTime() {
        var images = List.of(image(1), image(2));
        judge(images, List.of(ready(1)));
        judge(images, List.of(ready(1), ready(2)));
        assertThat(judge(images, List.of(ready(1))).proven()).isEmpty();
        assertThat(judge(images, List.of(ready(1))).proven()).containsExactly(image(2));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 2", "4, 5", "20, 6", "23, 6"})
    void nothingGoesWhileMoreIsUnknownThanRecordsThatWereNotLostWouldLeave(int known, int unknown) {
        var verdict = judgeTwice(known, unknown);
        assertThat(verdict.frozen()).isTrue();
        assertThat(verdict.proven()).isEmpty();
        assertThat(verdict.unknown()).hasSize(unknown);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "5, 5", "24, 6", "40, 10"})
    void unknownImagesGoWhenThereAreEnoughOthers(int known, int unknown) {
        var verdict = judgeTwice(known, unknown);
        assertThat(verdict.frozen()).isFalse();
        assertThat(verdict.proven()).hasSize(unknown);
    }

    @Test
    void imagesOfAnEmptiedZooKeeperGoOnlyWhenTheyHaveBeenReplaced() {
        var old = List.of(image(1), image(2));
        judge(old, List.of());
        assertThat(judge(old, List.of()).proven()).isEmpty();

        var one = new ArrayList<>(old);
        one.add(image(3));
        assertThat(judge(one, List.of(ready(3))).proven()).isEmpty();

        var two = new ArrayList<>(one);
        two.add(image(4));
        assertThat(judge(two, List.of(ready(3), ready(4))).proven()).containsExactlyElementsOf(old);
    }

    @Test
    void aRecordWithoutAnIdSpeaksForTheImageWithItsMarks() {
        var images = List.of(image(1), image(2), image(3));
        var records = Stream.of("uploading", "failed", "deleting")
                .map(state -> Map.of("state", state))
                .toList();
        for (var content : records) {
            judge(images, List.of(ready(1), ready(2), record(3, content)));
        }
        assertThat(leaks.sightings()).isEmpty();
    }

    @Test
    void aRecordThatIsReadyWithAnotherImageDoesNotSpeakForASecondOneWithItsMarks() {
        var twin = new StoredImage(new ExternalId("twin"), "img-1", image(1).metadata());
        var images = List.of(image(1), twin);
        judge(images, List.of(ready(1)));
        assertThat(judge(images, List.of(ready(1))).proven()).containsExactly(twin);
    }
}
