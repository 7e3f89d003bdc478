package dev.nodepool.driver.openstack;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.cloud.CloudDiskImage;
import dev.nodepool.driver.cloud.CloudImage;
import dev.nodepool.driver.cloud.CloudLabel;
import dev.nodepool.driver.cloud.CloudPool;
import dev.nodepool.driver.cloud.CloudSettings;
import dev.nodepool.driver.openstack.clouds.CloudEntry;
import dev.nodepool.driver.openstack.clouds.KnownNetwork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What labels mean in the cloud: names become ids. Thread-safe; nothing blocks. */
final class ServerOrders {

    private static final int LONGEST_NAME = 255;

    private final String provider;
    private final CloudSettings settings;
    private final CloudEntry cloud;
    private final Lookups lookups;
    private final Compute compute;

    ServerOrders(String provider, CloudSettings settings, CloudEntry cloud, Lookups lookups, Compute compute) {
        this.provider = provider;
        this.settings = settings;
        this.cloud = cloud;
        this.lookups = lookups;
        this.compute = compute;
    }

    CloudLabel label(String pool, String label) throws DriverException {
        return settings.label(pool, label)
                .orElseThrow(() -> invalid("no label \"" + label + "\" in pool \"" + pool + "\""));
    }

    CloudPool pool(String pool) throws DriverException {
        return settings.pool(pool).orElseThrow(() -> invalid("no pool \"" + pool + "\""));
    }

    /** The flavor of a label; fails when the cloud has none that fits. */
    CompletableFuture<Flavor> flavor(CloudLabel label) {
        return lookups.flavors()
                .thenApply(flavors -> Flavor.choose(flavors, label).orElseThrow(() -> {
                    var wish =
                            label.flavorName().map(name -> "\"" + name + "\" ").orElse("")
                                    + label.minRam()
                                            .map(ram -> "with at least " + ram + " MiB")
                                            .orElse("");
                    return new CompletionException(invalid("the cloud has no flavor " + wish.strip()));
                }));
    }

    CompletableFuture<Amounts> needs(CloudLabel label) {
        return flavor(label).thenApply(flavor -> {
            if (!label.bootFromVolume()) {
                return flavor.amounts();
            }
            var volumes = new HashMap<String, Long>();
            volumes.put(Amounts.VOLUMES, 1L);
            volumes.put(Amounts.VOLUME_GB, (long) label.volumeSize());
            return flavor.amounts().plus(new Amounts(volumes));
        });
    }

    /** Why there is no image for a label; empty when there is one or when the builder uploads it. */
    CompletableFuture<Optional<DriverException>> imageTrouble(CloudLabel label) {
        var image = label.cloudImage()
                .flatMap(settings::cloudImage)
                .filter(i -> i.imageId().isEmpty());
        return image.isEmpty()
                ? CompletableFuture.completedFuture(Optional.empty())
                : lookups.images(image.get().lookup())
                        .thenApply(ids -> ids.size() == 1
                                ? Optional.empty()
                                : Optional.of(imageTrouble(image.get().lookup(), ids)));
    }

    /** The body of the call that creates a server. */
    CompletableFuture<String> body(LaunchSpec spec) {
        try {
            var pool = pool(spec.pool());
            var label = label(spec.pool(), spec.label());
            var image = image(spec, label);
            var flavor = flavor(label);
            var networks = networks(label);
            return CompletableFuture.allOf(image, flavor, networks)
                    .thenApply(x -> new ServerBody(
                                    name(spec, label),
                                    label,
                                    flavor.join().id(),
                                    image.join(),
                                    spec.zone(),
                                    configDrive(label),
                                    pool.securityGroups(),
                                    networks.join(),
                                    compute.versioned(),
                                    ServerMetadata.of(spec, label, provider))
                            .json());
        } catch (DriverException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** The name of a server by the configured format; what it names and we do not know is left as it is. */
    private String name(LaunchSpec spec, CloudLabel label) {
        var name = PythonFormat.fill(settings.hostnameFormat(), field -> switch (field) {
                    case "label.name" -> Optional.of(label.name());
                    case "provider.name" -> Optional.of(provider);
                    case "provider.region_name" -> settings.regionName();
                    case "node.id" -> Optional.of(spec.nodeId());
                    default -> Optional.of("{" + field + "}");
                })
                .orElse("np" + spec.nodeId());
        return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
    }

    private boolean configDrive(CloudLabel label) {
        return label.cloudImage()
                .flatMap(settings::cloudImage)
                .flatMap(CloudImage::configDrive)
                .or(() -> label.diskImage().flatMap(settings::diskImage).flatMap(CloudDiskImage::configDrive))
                .orElse(false);
    }

    private CompletableFuture<String> image(LaunchSpec spec, CloudLabel label) throws DriverException {
        if (spec.image().isPresent()) {
            return CompletableFuture.completedFuture(
                    spec.image().map(ExternalId::toString).get());
        }
        var image = label.cloudImage()
                .flatMap(settings::cloudImage)
                .orElseThrow(() -> invalid("no image for label \"" + label.name() + "\""));
        return image.imageId().isPresent()
                ? CompletableFuture.completedFuture(image.imageId().get())
                : lookups.images(image.lookup()).thenApply(ids -> {
                    if (ids.size() != 1) {
                        throw new CompletionException(imageTrouble(image.lookup(), ids));
                    }
                    return ids.get(0);
                });
    }

    private static DriverException imageTrouble(String name, List<String> ids) {
        return ids.isEmpty()
                ? new DriverException(Fault.NOT_FOUND, "the cloud has no active image \"" + name + "\"")
                : invalid("the cloud has " + ids.size() + " images \"" + name + "\", give image-id: "
                        + String.join(", ", ids));
    }

    private CompletableFuture<List<String>> networks(CloudLabel label) {
        var names = label.networks().isEmpty() ? preferredNetworks() : label.networks();
        return names.isEmpty()
                ? CompletableFuture.completedFuture(List.of())
                : lookups.networks().thenApply(networks -> {
                    var ids = new ArrayList<String>();
                    for (var name : names) {
                        ids.add(networkId(networks, name));
                    }
                    return List.copyOf(ids);
                });
    }

    private List<String> preferredNetworks() {
        return cloud.networks().stream()
                .filter(KnownNetwork::preferred)
                .map(KnownNetwork::name)
                .limit(1)
                .toList();
    }

    private static String networkId(List<Network> networks, String name) {
        var byId = networks.stream().filter(n -> n.id().equals(name)).toList();
        var found = byId.isEmpty()
                ? networks.stream().filter(n -> n.name().equals(name)).toList()
                : byId;
        if (found.size() != 1) {
            throw new CompletionException(invalid(
                    found.isEmpty()
                            ? "the cloud has no network \"" + name + "\""
                            : "the cloud has " + found.size() + " networks \"" + name + "\", give the id"));
        }
        return found.get(0).id();
    }

    private static DriverException invalid(String text) {
        return new DriverException(Fault.INVALID_CONFIGURATION, text);
    }
}
