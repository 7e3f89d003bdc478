package dev.nodepool.driver.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.openstack.rest.Answer;
import dev.nodepool.driver.openstack.rest.Call;
import dev.nodepool.driver.openstack.rest.Json;
import dev.nodepool.driver.openstack.rest.Rest;
import dev.nodepool.driver.openstack.rest.Service;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** What changes seldom in a cloud: flavors, images, networks, zones, limits. Thread-safe; nothing blocks. */
final class Lookups {

    private static final Duration AGE = Duration.ofHours(1);
    private static final Duration LIMITS_AGE = Duration.ofSeconds(30);

    private final Rest rest;
    private final Compute compute;
    private final InstantSource clock;
    private final Remembered<List<Flavor>> flavors;
    private final Remembered<List<Network>> networks;
    private final Remembered<List<String>> zones;
    private final Remembered<Amounts> computeLimits;
    private final Map<String, Remembered<List<String>>> images = new ConcurrentHashMap<>();

    Lookups(Rest rest, Compute compute, InstantSource clock) {
        this.rest = rest;
        this.compute = compute;
        this.clock = clock;
        flavors = new Remembered<>(clock, AGE, this::askFlavors);
        networks = new Remembered<>(clock, AGE, this::askNetworks);
        zones = new Remembered<>(clock, AGE, this::askZones);
        computeLimits = new Remembered<>(clock, LIMITS_AGE, this::askComputeLimits);
    }

    CompletableFuture<List<Flavor>> flavors() {
        return flavors.get();
    }

    Remembered<List<Flavor>> knownFlavors() {
        return flavors;
    }

    CompletableFuture<List<Network>> networks() {
        return networks.get();
    }

    Remembered<List<Network>> knownNetworks() {
        return networks;
    }

    CompletableFuture<List<String>> zones() {
        return zones.get();
    }

    CompletableFuture<Amounts> computeLimits() {
        return computeLimits.get();
    }

    /** Ids of the active images of a name; if there are none, that of the image with this id. */
    CompletableFuture<List<String>> images(String nameOrId) {
        var known = images.computeIfAbsent(nameOrId, key -> new Remembered<>(clock, AGE, () -> askImages(key)));
        return known.get().thenApply(ids -> {
            if (ids.isEmpty()) {
                known.forget();
            }
            return ids;
        });
    }

    /** The cloud refused what was made of this: it is asked anew. */
    void forget() {
        flavors.forget();
        networks.forget();
        zones.forget();
        images.values().forEach(Remembered::forget);
    }

    private CompletableFuture<List<Flavor>> askFlavors() {
        var call = Call.get(Service.COMPUTE, "flavors.detail", "/flavors/detail?is_public=None");
        return list(compute::call, call, "flavors", Flavor::of);
    }

    private CompletableFuture<List<Network>> askNetworks() {
        var call = Call.get(Service.NETWORK, "networks", "/networks");
        return rest.has(Service.NETWORK)
                .thenCompose(has -> has
                        ? list(rest::call, call, "networks", Network::of)
                        : CompletableFuture.completedFuture(List.of()));
    }

    private CompletableFuture<List<String>> askZones() {
        var call = Call.get(Service.COMPUTE, "os-availability-zone", "/os-availability-zone");
        return compute.call(call)
                .thenApply(json(body -> {
                    var names = new ArrayList<String>();
                    for (var zone : body.path("availabilityZoneInfo")) {
                        if (zone.path("zoneState").path("available").asBoolean()) {
                            Json.text(zone, "zoneName").ifPresent(names::add);
                        }
                    }
                    return List.copyOf(names);
                }))
                .exceptionallyCompose(
                        failure -> switch (DriverException.from(failure).fault()) {
                            // A cloud that does not tell leaves the choice to Nova.
                            case NOT_FOUND, UNAUTHORIZED -> CompletableFuture.completedFuture(List.of());
                            default -> CompletableFuture.failedFuture(failure);
                        });
    }

    private CompletableFuture<Amounts> askComputeLimits() {
        return compute.call(Call.get(Service.COMPUTE, "limits", "/limits")).thenApply(json(body -> {
            var absolute = body.path("limits").path("absolute");
            return limits(
                    absolute,
                    Map.of(
                            "maxTotalInstances", Amounts.INSTANCES,
                            "maxTotalCores", Amounts.CORES,
                            "maxTotalRAMSize", Amounts.RAM));
        }));
    }

    /** A limit below zero is none. */
    static Amounts limits(JsonNode absolute, Map<String, String> names) {
        var limits = new LinkedHashMap<String, Long>();
        names.forEach((field, name) ->
                Json.number(absolute, field).filter(limit -> limit >= 0).ifPresent(limit -> limits.put(name, limit)));
        return new Amounts(limits);
    }

    private CompletableFuture<List<String>> askImages(String nameOrId) {
        var byName = Call.get(Service.IMAGE, "images", "/images?name=" + Call.quoted(nameOrId));
        return list(rest::call, byName, "images", Function.identity()).thenCompose(found -> {
            var active = found.stream().filter(Lookups::active).map(Lookups::id).toList();
            return active.isEmpty() ? askImage(nameOrId) : CompletableFuture.completedFuture(active);
        });
    }

    private CompletableFuture<List<String>> askImage(String id) {
        return rest.call(Call.get(Service.IMAGE, "image", "/images/" + Call.quoted(id)))
                .thenApply(json(image -> active(image) ? List.of(id(image)) : List.<String>of()))
                .exceptionallyCompose(failure -> DriverException.from(failure).fault() == Fault.NOT_FOUND
                        ? CompletableFuture.completedFuture(List.of())
                        : CompletableFuture.failedFuture(failure));
    }

    private static boolean active(JsonNode image) {
        return image.path("status").asText().equals("active");
    }

    private static String id(JsonNode image) {
        return image.path("id").asText();
    }

    /** A list of which every page is needed. */
    private static <T> CompletableFuture<List<T>> list(
            Function<Call, CompletableFuture<Answer>> send, Call call, String field, Function<JsonNode, T> reader) {
        return Pages.read(send, call, field).thenApply(listing -> {
            if (!listing.complete()) {
                throw new CompletionException(
                        new DriverException(Fault.UNAVAILABLE, call + ": the list changed while it was read"));
            }
            return listing.items().stream().map(reader).toList();
        });
    }

    /** Reads an answer's body. */
    static <T> Function<Answer, T> json(Function<JsonNode, T> reader) {
        return answer -> {
            try {
                return reader.apply(answer.json());
            } catch (DriverException odd) {
                throw new CompletionException(odd);
            }
        };
    }
}
