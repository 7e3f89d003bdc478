package dev.nodepool.driver.openstack.fakecloud;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Images. Its state is guarded by itself. */
public final class FakeGlance implements FakeOpenStack.FakeService {

    public volatile int pageSize = 25;
    /** Whether it knows no checksum but MD5. */
    public volatile boolean weak;
    /** Whether images are not active by themselves. */
    public volatile boolean slow;
    /** Whether checksums are wrong. */
    public volatile boolean corrupts;

    private final String url;
    private final AtomicInteger receiving = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private final Map<String, ObjectNode> images = new LinkedHashMap<>();

    FakeGlance(String url) {
        this.url = url;
    }

    /** An image that is there already. */
    public synchronized String image(String name) {
        var id = UUID.randomUUID().toString();
        images.put(
                id,
                Values.object()
                        .put("id", id)
                        .put("name", name)
                        .put("status", "active")
                        .put("owner", "p1"));
        return id;
    }

    public synchronized List<ObjectNode> images() {
        return List.copyOf(images.values());
    }

    public synchronized void remove(String id) {
        images.remove(id);
    }

    /** From now on uploads stand still in the middle of their bytes. */
    public void holdUploads() {
        gate = new CountDownLatch(1);
    }

    public void releaseUploads() {
        gate.countDown();
    }

    /** How many uploads are on their way at this moment. */
    public int receiving() {
        return receiving.get();
    }

    boolean wantsStream(String service, String path) {
        return service.equals("image") && path.matches(".*/(file|stage)(\\?.*)?");
    }

    /** Reads an upload without keeping it; what stands for it says how it was. */
    byte[] swallow(InputStream in, Map<String, String> headers) throws IOException, InterruptedException {
        receiving.incrementAndGet();
        try {
            var sha512 = MessageDigest.getInstance("SHA-512");
            var md5 = MessageDigest.getInstance("MD5");
            var chunk = new byte[1 << 16];
            long size = 0;
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                sha512.update(chunk, 0, n);
                md5.update(chunk, 0, n);
                size += n;
                gate.await();
            }
            var hex = HexFormat.of();
            return Values.object()
                    .put("size", size)
                    .put("md5", hex.formatHex(md5.digest()))
                    .put("sha512", hex.formatHex(sha512.digest()))
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } finally {
            receiving.decrementAndGet();
        }
    }

    @Override
    public synchronized Reply answer(Seen call) {
        var path = call.path().replaceFirst("\\?.*", "");
        var parts = path.substring(1).split("/");
        if (!parts[0].equals("images")) {
            return Reply.error(404, "not found");
        }
        if (parts.length == 1) {
            return call.method().equals("POST") ? create((ObjectNode) Values.read(call.body())) : list(call);
        }
        var image = images.get(parts[1]);
        if (image == null) {
            return Reply.error(404, "No image found with ID " + parts[1]);
        }
        if (parts.length == 3) {
            return switch (parts[2]) {
                case "file" -> stored(image, call, "active");
                case "stage" -> stored(image, call, "uploading");
                case "import" -> imported(image);
                default -> Reply.error(404, "not found");
            };
        }
        if (call.method().equals("DELETE")) {
            images.remove(parts[1]);
            return Reply.empty(204);
        }
        return Reply.json(200, image);
    }

    private Reply create(ObjectNode image) {
        var id = UUID.randomUUID().toString();
        image.put("id", id).put("status", "queued").put("owner", "p1");
        images.put(id, image);
        return Reply.json(201, image).with("OpenStack-image-import-methods", "glance-direct");
    }

    private Reply stored(ObjectNode image, Seen call, String status) {
        var told = Values.read(call.body());
        image.put("size", told.path("size").asLong());
        image.put("status", status);
        image.put("checksum", corrupts ? "0".repeat(32) : told.path("md5").asText());
        image.put("os_hash_algo", "sha512");
        image.put("os_hash_value", corrupts ? "0" : told.path("sha512").asText());
        if (weak) {
            image.remove("os_hash_algo");
        }
        if (slow) {
            image.put("status", "saving");
        }
        return Reply.empty(204);
    }

    private static Reply imported(ObjectNode image) {
        image.put("status", "active");
        return Reply.empty(202);
    }

    private Reply list(Seen call) {
        var query = Values.query(call.path());
        var name = query.get("name");
        var fitting = images.values().stream()
                .filter(i -> !query.containsKey("owner")
                        || query.get("owner").contains(i.path("owner").asText()))
                .filter(i -> name == null || name.contains(i.path("name").asText()))
                .toList();
        var page = Values.page(fitting, query, pageSize);
        var body = Values.object();
        var items = body.putArray("images");
        page.items().forEach(items::add);
        if (page.more()) {
            var marker = page.items().get(page.items().size() - 1).path("id").asText();
            body.put("next", "/v2/images?marker=" + marker + (name == null ? "" : "&name=" + name.get(0)));
        }
        return Reply.json(200, body);
    }
}
