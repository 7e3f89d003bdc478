package dev.nodepool.driver.openstack;

import static dev.nodepool.driver.openstack.CloudFixture.failure;
import static dev.nodepool.driver.openstack.CloudFixture.get;
import static dev.nodepool.driver.openstack.CloudFixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.driver.Fault;
import dev.nodepool.driver.ImageStore;
import dev.nodepool.driver.ImageStore.ImageUpload;
import dev.nodepool.driver.ImageStore.Source;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageStoreIT {

    private static final byte[] BYTES = new byte[20 << 20];

    @TempDir
    Path directory;

    private final AtomicInteger opened = new AtomicInteger();
    private CloudFixture fixture;
    private ImageStore images;

    @BeforeEach
    void open() throws IOException {
        fixture = new CloudFixture(directory);
        images = fixture.provider().images().orElseThrow();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private ImageUpload upload(String name) {
        var source = new Source() {
            @Override
            public long length() {
                return BYTES.length;
            }

            @Override
            public InputStream open() {
                opened.incrementAndGet();
                return new ByteArrayInputStream(BYTES);
            }
        };
        var marks =
                Map.of("nodepool_build_id", "1", "nodepool_upload_id", "2", "hw_disk_bus", "scsi", "min_disk", "10");
        return new ImageUpload(name, "fedora", marks, source, sum("SHA-256"), sum("MD5"));
    }

    private static String sum(String algorithm) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private int stored() {
        return fixture.cloud.glance.images().size();
    }

    private void noneIsLeft() {
        await().until(() -> stored() == 0);
    }

    @Test
    void uploadsAnImageWithItsPropertiesAndLength() {
        var sent = new CopyOnWriteArrayList<Long>();

        var id = get(images.upload(upload("fedora-1"), sent::add));

        var image = fixture.cloud.glance.images().get(0);
        assertThat(image.path("id").asText()).isEqualTo(id.toString());
        assertThat(image.path("name").asText()).isEqualTo("fedora-1");
        assertThat(image.path("disk_format").asText()).isEqualTo("qcow2");
        assertThat(image.path("container_format").asText()).isEqualTo("bare");
        assertThat(image.path("visibility").asText()).isEqualTo("private");
        assertThat(image.path("nodepool_build_id").asText()).isEqualTo("1");
        assertThat(image.path("hw_disk_bus").asText()).isEqualTo("scsi");
        assertThat(image.path("min_disk").isInt()).isTrue();
        assertThat(image.path("owner_specified.openstack.sha256").asText()).isEqualTo(sum("SHA-256"));
        var put = fixture.cloud.seen("image", "PUT", "/images/.*/file").get(0);
        assertThat(put.headers()).containsEntry("content-length", "" + BYTES.length);
        assertThat(put.headers()).containsEntry("content-type", "application/octet-stream");
        assertThat(sent).last().isEqualTo((long) BYTES.length);
        assertThat(sent).hasSizeGreaterThan(2);
        assertThat(opened).hasValue(1);
    }

    @Test
    void isReadyOnlyWhenGlanceSaysSo() {
        fixture.cloud.glance.slow = true;
        var upload = images.upload(upload("x"), n -> {});
        await().until(() -> fixture.cloud.seen("image", "GET", "/images/.*").size() > 2);
        assertThat(upload).isNotDone();

        fixture.cloud.glance.images().get(0).put("status", "active");

        get(upload);
    }

    @Test
    void usesTheImportCallWhereTheCloudWantsIt() throws IOException {
        fixture.account("    image_api_use_import: true\n    image_format: raw\n");

        get(fixture.provider().images().orElseThrow().upload(upload("x"), n -> {}));

        assertThat(fixture.cloud.seen("image", "PUT", "/images/.*/stage")).hasSize(1);
        assertThat(fixture.cloud
                        .seen("image", "POST", "/images/.*/import")
                        .get(0)
                        .text())
                .isEqualTo("{\"method\":{\"name\":\"glance-direct\"}}");
        assertThat(fixture.cloud.glance.images().get(0).path("disk_format").asText())
                .isEqualTo("raw");
    }

    @Test
    void refusesAnImageWithAnotherChecksumAndDeletesIt() {
        fixture.cloud.glance.corrupts = true;
        var failure = failure(images.upload(upload("x"), n -> {}));
        assertThat(failure).hasMessageContaining("glance's SHA-512 is not that of what was sent");
        noneIsLeft();

        fixture.cloud.glance.weak = true;
        assertThat(failure(images.upload(upload("x"), n -> {}))).hasMessageContaining("glance's MD5 is 000");
        noneIsLeft();
    }

    @Test
    void beginsAnewWhenTheTokenIsRefusedAfterTheBytesWereSent() {
        fixture.cloud.when("image", "PUT", "/file").answer(401, "token expired").times(1);

        get(images.upload(upload("x"), n -> {}));

        assertThat(opened).hasValue(2);
        assertThat(fixture.cloud.glance.images().get(0).path("size").asLong()).isEqualTo(BYTES.length);
        assertThat(fixture.cloud.keystone.logins).hasSize(2);
    }

    @Test
    void sendsNothingASecondTimeWhenTheConnectionBreaksButFailsAndLeavesNothing() {
        fixture.cloud.when("image", "PUT", "/file").drop().times(1);

        var failure = failure(images.upload(upload("x"), n -> {}));

        assertThat(failure.fault()).isEqualTo(Fault.UNAVAILABLE);
        assertThat(opened).hasValue(1);
        assertThat(fixture.cloud.seen("image", "PUT", "/images/.*/file")).hasSize(1);
        noneIsLeft();
    }

    @Test
    void leavesNothingWhenCancelled() {
        fixture.cloud.glance.slow = true;
        var upload = images.upload(upload("x"), n -> {});
        await().until(() -> !fixture.cloud.seen("image", "GET", "/images/.*").isEmpty());

        upload.cancel(true);

        noneIsLeft();
    }

    @Test
    void leavesNothingWhenGlanceTakesTooLong() {
        fixture.cloud.glance.slow = true;
        var impatient = fixture.provider(yaml("image-upload-timeout: 60", "max-servers: 1", ""))
                .images()
                .orElseThrow();

        assertThat(failure(impatient.upload(upload("x"), n -> {}))).hasMessageContaining("not active within 60 s");
        noneIsLeft();
    }

    @Test
    void findsTheRecordWhoseAnswerWasLost() {
        fixture.cloud.when("image", "POST", "/images$").lose().times(1);

        get(images.upload(upload("x"), n -> {}));

        assertThat(stored()).isEqualTo(1);
    }

    @Test
    void listsAllImagesOfTheProjectWithTheirMarks() {
        fixture.cloud.glance.pageSize = 2;
        var ids = List.of(
                get(images.upload(upload("a"), n -> {})),
                get(images.upload(upload("b"), n -> {})),
                get(images.upload(upload("c"), n -> {})));

        var listing = get(images.list());

        assertThat(listing.complete()).isTrue();
        assertThat(listing.items()).extracting(ImageStore.StoredImage::id).containsExactlyElementsOf(ids);
        assertThat(listing.items().get(0).metadata()).containsEntry("nodepool_build_id", "1");
    }

    @Test
    void waitsLongerForAnUploadThanForAnOrdinaryCall() {
        fixture.cloud.when("image", "PUT", "/file").answerAfter(Duration.ofSeconds(4));

        get(images.upload(upload("a"), n -> {}));

        assertThat(stored()).isEqualTo(1);
    }
}
