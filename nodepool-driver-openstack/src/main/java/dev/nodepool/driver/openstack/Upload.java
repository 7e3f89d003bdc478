package dev.nodepool.driver.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.ImageStore.ImageUpload;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.openstack.rest.Answer;
import dev.nodepool.driver.openstack.rest.Bodies;
import dev.nodepool.driver.openstack.rest.Call;
import dev.nodepool.driver.openstack.rest.Call.Method;
import dev.nodepool.driver.openstack.rest.Json;
import dev.nodepool.driver.openstack.rest.Rest;
import dev.nodepool.driver.openstack.rest.Service;
import dev.nodepool.driver.openstack.rest.Steps;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An image on its way into glance: recorded with its marks, its bytes sent, then watched until glance says that it is
 * active and has the checksum of what we sent. One that fails is deleted.
 */
final class Upload extends Steps<ExternalId> {

    private static final Logger LOG = System.getLogger(Upload.class.getName());
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final int DELETIONS = 3;

    /** Properties of an image that are numbers; all others are texts. */
    private static final List<String> NUMBERS = List.of("min_disk", "min_ram");

    private final Rest rest;
    private final ProviderContext context;
    private final ImageUpload upload;
    private final Checked bytes;
    private final String format;
    private final boolean byImport;
    private final Duration limit;
    private Instant end = Instant.MAX;
    private volatile String id = "";

    /**
     * @param format what glance is to take the bytes for
     * @param byImport whether the cloud wants images by its import call
     * @param limit longest time of the whole upload
     */
    Upload(
            Rest rest,
            ProviderContext context,
            ImageUpload upload,
            Checked bytes,
            String format,
            boolean byImport,
            Duration limit) {
        this.rest = rest;
        this.context = context;
        this.upload = upload;
        this.bytes = bytes;
        this.format = format;
        this.byImport = byImport;
        this.limit = limit;
        result().whenComplete((done, failure) -> {
            if (failure != null && !id.isEmpty()) {
                remove(DELETIONS);
            }
        });
    }

    CompletableFuture<ExternalId> start() {
        end = context.clock().instant().plus(limit);
        var record = Call.post(Service.IMAGE, "images", "/images", Json.write(record()));
        then(rest.call(record), this::recorded, failure -> {
            if (failure.fault() == Fault.UNCLEAR) {
                find(failure);
            } else {
                fail(failure);
            }
        });
        return result();
    }

    private JsonNode record() {
        var record = Json.object();
        record.put("name", upload.name());
        record.put("disk_format", format);
        record.put("container_format", "bare");
        record.put("visibility", "private");
        record.put("owner_specified.openstack.object", "images/" + upload.name());
        record.put("owner_specified.openstack.md5", upload.md5());
        record.put("owner_specified.openstack.sha256", upload.sha256());
        upload.metadata().forEach((key, value) -> {
            if (NUMBERS.contains(key) && value.matches("[0-9]{1,9}")) {
                record.put(key, Integer.parseInt(value));
            } else {
                record.put(key, value);
            }
        });
        return record;
    }

    /** The answer was lost: there is an image with our marks and nothing in it, or there is none. */
    private void find(DriverException lost) {
        var call = Call.get(Service.IMAGE, "images", "/images?name=" + Call.quoted(upload.name()));
        then(Pages.read(rest::call, call, "images"), found -> {
            var ours = found.items().stream()
                    .filter(image -> Json.texts(image)
                            .entrySet()
                            .containsAll(upload.metadata().entrySet()))
                    .filter(image -> image.path("status").asText().equals("queued"))
                    .findFirst();
            if (ours.isPresent()) {
                send(ours.get().path("id").asText());
            } else {
                fail(lost);
            }
        });
    }

    private void recorded(Answer answer) {
        try {
            var told = Json.text(answer.json(), "id");
            if (told.isPresent()) {
                send(told.get());
            } else {
                fail(new DriverException(Fault.UNEXPECTED, "glance recorded an image but did not say its id"));
            }
        } catch (DriverException odd) {
            fail(odd);
        }
    }

    private void send(String image) {
        id = image;
        var left = Duration.between(context.clock().instant(), end);
        var call = Call.plain(
                        Service.IMAGE,
                        Method.PUT,
                        byImport ? "image.stage" : "image.file",
                        path(byImport ? "/stage" : "/file"))
                .withBody("application/octet-stream", Bodies.reopened(bytes::open, bytes.length()))
                .within(left.compareTo(LEAST) < 0 ? LEAST : left);
        then(rest.call(call), x -> {
            if (byImport) {
                requestImport();
            } else {
                look();
            }
        });
    }

    private void requestImport() {
        var body = Json.object();
        body.putObject("method").put("name", "glance-direct");
        then(rest.call(Call.post(Service.IMAGE, "image.import", path("/import"), Json.write(body))), x -> look());
    }

    private void look() {
        then(
                rest.call(Call.get(Service.IMAGE, "image", path(""))),
                answer -> {
                    try {
                        judge(answer.json());
                    } catch (DriverException odd) {
                        fail(odd);
                    }
                },
                failure -> {
                    if (failure.fault() == Fault.NOT_FOUND) {
                        fail(new DriverException(Fault.UNEXPECTED, "image " + id + " was deleted by somebody else"));
                    } else {
                        lookLater();
                    }
                });
    }

    private void judge(JsonNode image) {
        var status = image.path("status").asText();
        switch (status) {
            case "active" ->
                wrong(image)
                        .ifPresentOrElse(
                                text -> fail(new DriverException(Fault.UNEXPECTED, "image " + id + ": " + text)),
                                () -> succeed(new ExternalId(id)));
            case "queued", "saving", "uploading", "importing" -> lookLater();
            default -> fail(new DriverException(Fault.UNEXPECTED, "image " + id + " is " + status + " in glance"));
        }
    }

    private void lookLater() {
        if (context.clock().instant().isAfter(end)) {
            fail(new DriverException(
                    Fault.UNEXPECTED, "image " + id + " was not active within " + limit.toSeconds() + " s"));
            return;
        }
        var pause = new CompletableFuture<@Nullable Void>();
        context.timer().after(LOOK_EVERY, () -> pause.complete(null));
        then(pause, x -> look());
    }

    /** What glance has that is not what we sent. A glance that converts images has another checksum on purpose. */
    private Optional<String> wrong(JsonNode image) {
        var size = Json.number(image, "size");
        if (size.isPresent() && size.get() != bytes.length()) {
            return Optional.of("glance has " + size.get() + " bytes, not " + bytes.length());
        }
        var strong = Json.text(image, "os_hash_algo")
                .filter("sha512"::equals)
                .flatMap(x -> Json.text(image, "os_hash_value"));
        if (strong.isPresent()) {
            return strong.get().equalsIgnoreCase(bytes.sha512())
                    ? Optional.empty()
                    : Optional.of("glance's SHA-512 is not that of what was sent");
        }
        var md5 = Json.text(image, "checksum").filter(x -> !upload.md5().isEmpty());
        return md5.isEmpty() || md5.get().equalsIgnoreCase(upload.md5())
                ? Optional.empty()
                : Optional.of("glance's MD5 is " + md5.get() + ", not " + upload.md5());
    }

    private void remove(int tries) {
        rest.call(Call.delete(Service.IMAGE, "image", path(""))).whenComplete((x, failure) -> {
            if (failure == null || DriverException.from(failure).fault() == Fault.NOT_FOUND) {
                LOG.log(Level.INFO, "image {0} of a failed upload is deleted", id);
            } else if (tries > 1) {
                context.timer().after(LOOK_EVERY, () -> remove(tries - 1));
            } else {
                LOG.log(Level.WARNING, "image {0} of a failed upload stays, with its marks: {1}", id, failure);
            }
        });
    }

    private String path(String below) {
        return "/images/" + Call.quoted(id) + below;
    }
}
