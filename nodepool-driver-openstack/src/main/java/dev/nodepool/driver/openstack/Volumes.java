package dev.nodepool.driver.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.LeakableResource;
import dev.nodepool.driver.LeakableResource.Ground;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.openstack.rest.Call;
import dev.nodepool.driver.openstack.rest.Json;
import dev.nodepool.driver.openstack.rest.Rest;
import dev.nodepool.driver.openstack.rest.Service;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Volumes that servers boot from. Nova makes them without our marks, so they are marked when the server is up. In a
 * cloud without Cinder, or where no label boots from a volume, nothing is asked. Thread-safe; nothing blocks.
 */
final class Volumes {

    static final String KIND = "volumes";

    private static final Logger LOG = System.getLogger(Volumes.class.getName());
    private static final Duration AGE = Duration.ofSeconds(300);
    private static final List<String> MARKS =
            List.of(LaunchSpec.INSTALLATION, LaunchSpec.PROVIDER, LaunchSpec.NODE_ID, LaunchSpec.LAUNCH);
    private static final Map<String, String> LIMITS =
            Map.of("maxTotalVolumes", Amounts.VOLUMES, "maxTotalVolumeGigabytes", Amounts.VOLUME_GB);

    /**
     * A volume as Cinder lists it.
     *
     * @param size GB
     */
    private record Volume(String id, long size, Map<String, String> metadata, Optional<String> server) {

        static Volume of(JsonNode json) {
            return new Volume(
                    json.path("id").asText(),
                    json.path("size").asLong(),
                    Json.texts(json.path("metadata")),
                    Json.text(json.path("attachments").path(0), "server_id"));
        }
    }

    private final Rest rest;
    private final boolean used;
    private final Remembered<Listing<Volume>> known;

    /** @param used whether any label boots from a volume */
    Volumes(Rest rest, InstantSource clock, boolean used) {
        this.rest = rest;
        this.used = used;
        known = new Remembered<>(clock, AGE, this::ask);
    }

    /** What Cinder allows now. */
    CompletableFuture<Amounts> limits() {
        if (!used) {
            return CompletableFuture.completedFuture(Amounts.NONE);
        }
        return rest.has(Service.VOLUME)
                .thenCompose(has -> has
                        ? rest.call(Call.get(Service.VOLUME, "limits", "/limits"))
                                .thenApply(Lookups.json(body ->
                                        Lookups.limits(body.path("limits").path("absolute"), LIMITS)))
                        : CompletableFuture.completedFuture(Amounts.NONE));
    }

    private CompletableFuture<Listing<Volume>> ask() {
        return rest.has(Service.VOLUME)
                .thenCompose(has -> has
                        ? Pages.read(
                                        rest::call,
                                        Call.get(Service.VOLUME, "volumes.detail", "/volumes/detail"),
                                        "volumes")
                                .thenApply(pages -> new Listing<>(
                                        pages.items().stream().map(Volume::of).toList(), pages.complete()))
                        : CompletableFuture.completedFuture(Listing.complete(List.of())));
    }

    /** Completes when the sizes are known as well as they can be. */
    CompletableFuture<?> known() {
        return used
                ? known.get().exceptionally(failure -> {
                    LOG.log(Level.DEBUG, "sizes of volumes are not known: {0}", failure.toString());
                    return Listing.complete(List.of());
                })
                : CompletableFuture.completedFuture(null);
    }

    /** What the volumes of a server take, as far as is known. */
    Amounts amounts(Server server) {
        var ids = server.volumes();
        if (ids.isEmpty()) {
            return Amounts.NONE;
        }
        var sizes = known.known().map(Listing::items).orElse(List.of()).stream()
                .collect(Collectors.toMap(Volume::id, Volume::size, (a, b) -> a));
        var gigabytes = ids.stream().mapToLong(id -> sizes.getOrDefault(id, 0L)).sum();
        return new Amounts(Map.of(Amounts.VOLUMES, (long) ids.size(), Amounts.VOLUME_GB, gigabytes));
    }

    /** Puts our marks on the volumes of a server. A machine without them is good all the same. */
    CompletableFuture<Server> mark(Server server, LaunchSpec spec) {
        var body = Json.object();
        var metadata = body.putObject("metadata");
        MARKS.forEach(mark -> metadata.put(mark, spec.metadata().getOrDefault(mark, "")));
        var marked = server.volumes().stream()
                .map(id -> rest.call(Call.post(
                        Service.VOLUME,
                        "volume.metadata",
                        "/volumes/" + Call.quoted(id) + "/metadata",
                        Json.write(body))))
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(marked).handle((x, failure) -> {
            if (failure != null) {
                LOG.log(
                        Level.WARNING,
                        "volumes of server {0} carry no marks: {1}",
                        server.id(),
                        DriverException.from(failure).getMessage());
            }
            return server;
        });
    }

    /** Those with marks; the core knows which of them are ours. */
    CompletableFuture<Listing<LeakableResource>> list() {
        if (!used) {
            return CompletableFuture.completedFuture(Listing.complete(List.of()));
        }
        return known.get()
                .thenApply(volumes -> new Listing<>(
                        volumes.items().stream()
                                .filter(v -> v.metadata().containsKey(LaunchSpec.INSTALLATION))
                                .map(v -> new LeakableResource(
                                        KIND,
                                        new ExternalId(v.id()),
                                        v.metadata(),
                                        Ground.MARKS,
                                        v.server().map(ExternalId::new)))
                                .toList(),
                        volumes.complete()));
    }

    /** Absent is success. */
    CompletableFuture<Void> delete(String id) {
        return rest.call(Call.delete(Service.VOLUME, "volume", "/volumes/" + Call.quoted(id)))
                .<Void>thenApply(answer -> null)
                .exceptionallyCompose(failure -> DriverException.from(failure).fault() == Fault.NOT_FOUND
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(failure));
    }
}
