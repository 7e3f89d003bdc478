package dev.nodepool.drivers.fake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.Fault;
import dev.nodepool.driver.ImageStore;
import dev.nodepool.driver.ImageStore.ImageUpload;
import dev.nodepool.driver.ImageStore.Source;
import dev.nodepool.driver.ImageStore.StoredImage;
import dev.nodepool.testing.ManualTime;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FakeImagesTest {

    private static final String SHA256_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private static final byte[] ABC = "abc".getBytes(StandardCharsets.US_ASCII);

    private final ImageStore images = Fakes.provider(FakeCloudSettings.DEFAULTS, new ManualTime())
            .images()
            .orElseThrow();

    @Test
    void keepsAnUploadedImageWithItsMarks() {
        var sent = new ArrayList<Long>();

        var id = images.upload(upload("img-1", ABC, SHA256_OF_ABC), sent::add).join();

        assertThat(images.list().join().items()).containsExactly(new StoredImage(id, "img-1", Map.of("mark", "1")));
        assertThat(images.list().join().complete()).isTrue();
        assertThat(sent).containsExactly(3L);
    }

    @Test
    void tellsNowAndThenHowMuchWasSent() {
        var sent = new ArrayList<Long>();

        images.upload(upload("big", new byte[20 << 20], ""), sent::add).join();

        assertThat(sent).isSorted().hasSizeGreaterThan(2).endsWith(20L << 20);
    }

    @Test
    void refusesBytesThatAreNotTheImage() {
        var wrongSum = images.upload(upload("img", "abd".getBytes(StandardCharsets.US_ASCII), SHA256_OF_ABC), s -> {});
        var tooShort = images.upload(new ImageUpload("img", "img", Map.of(), source(ABC, 4), "", ""), s -> {});

        assertThat(Fakes.failure(wrongSum)).hasMessageContaining("checksum");
        assertThat(Fakes.failure(tooShort)).hasMessageContaining("3 bytes, not 4");
        assertThat(images.list().join().items()).isEmpty();
    }

    @Test
    void reportsASourceThatCanNotBeRead() {
        var source = new Source() {
            @Override
            public long length() {
                return 1;
            }

            @Override
            public InputStream open() throws IOException {
                throw new IOException("disk on fire");
            }
        };

        var answer = images.upload(new ImageUpload("img", "img", Map.of(), source, "", ""), s -> {});

        assertThat(Fakes.fault(answer)).isEqualTo(Fault.UNEXPECTED);
        assertThat(Fakes.failure(answer)).hasMessageContaining("disk on fire");
    }

    static ImageUpload upload(String name, byte[] bytes, String sha256) {
        return new ImageUpload(name, "img", Map.of("mark", "1"), source(bytes, bytes.length), sha256, "");
    }

    private static Source source(byte[] bytes, long length) {
        return new Source() {
            @Override
            public long length() {
                return length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }
        };
    }
}
