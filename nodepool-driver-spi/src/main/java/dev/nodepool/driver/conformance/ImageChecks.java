package dev.nodepool.driver.conformance;

import static dev.nodepool.driver.conformance.CheckFailure.demand;

import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.ImageStore.StoredImage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Images of a provider that holds some. */
final class ImageChecks {

    private ImageChecks() {}

    static void upload(Bench bench) {
        var images = new ImageShelf(bench);
        var upload = images.order(content(bench, images));
        var length = upload.source().length();
        var sent = new CopyOnWriteArrayList<Long>();
        var id = images.upload(upload, sent::add);
        demand(
                sent.stream().allMatch(bytes -> bytes >= 0 && bytes <= length),
                "images.upload() told to have sent more than the " + length + " bytes there are: " + sent);
        var seen = listed(images, id);
        demand(seen.size() == 1, "a complete listing has an image that was uploaded before " + seen.size() + " times");
        demand(
                seen.get(0).name().equals(upload.name()),
                "an image named " + upload.name() + " is listed as "
                        + seen.get(0).name());
        upload.metadata()
                .forEach((key, value) -> demand(
                        value.equals(seen.get(0).metadata().get(key)),
                        "an image is listed without its mark " + key + "=" + value));
    }

    static void delete(Bench bench) {
        var images = new ImageShelf(bench);
        ExternalId id;
        try {
            id = images.upload(images.order(content(bench, images)), sent -> {});
        } catch (CheckFailure e) {
            throw new NotChecked("no image to check with: " + e.getMessage(), e.getCause());
        }
        images.delete("images.delete()", id);
        demand(listed(images, id).isEmpty(), "an image is still listed though images.delete() has completed");
        images.delete("images.delete() of what was deleted", id);
        images.delete("images.delete() of an unknown id", OpeningChecks.unknown());
    }

    static void failure(Bench bench) {
        var images = new ImageShelf(bench);
        var upload = images.order(ScratchImage.unreadable());
        Calls.failure(
                "images.upload() of a file that can not be read",
                bench.settings().uploads().timeout(),
                images.begin(upload, sent -> {}));
        var until = Until.in(bench.patience.removal());
        while (images.all().stream().anyMatch(image -> image.name().equals(upload.name()))) {
            demand(!until.over(), "an upload that failed left an image");
            until.pause();
        }
    }

    private static ScratchImage content(Bench bench, ImageShelf images) {
        var file = bench.scratch.imageFile;
        return file == null ? ScratchImage.empty(images.wanted().format()) : ScratchImage.file(file);
    }

    private static List<StoredImage> listed(ImageShelf images, ExternalId id) {
        return images.all().stream().filter(image -> image.id().equals(id)).toList();
    }
}
