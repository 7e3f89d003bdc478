package dev.nodepool.driver.openstack.clouds;

import dev.nodepool.driver.config.ConfigNode.Mapping;
import dev.nodepool.driver.config.ConfigNode.Scalar;
import dev.nodepool.driver.config.ConfigNode.Sequence;
import dev.nodepool.driver.config.ConfigSection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the cloud that a provider section names: the entry of the first clouds.yaml, with what is merged into it. */
public final class Clouds {

    /** The cloud that is made of {@code OS_} variables. */
    private static final String FROM_ENVIRONMENT = "envvars";

    private final ConfigSection provider;
    private final SearchPath path;

    private Clouds(ConfigSection provider) {
        this.provider = provider;
        path = new SearchPath(provider.files());
    }

    /**
     * The cloud of a provider section; empty after it was reported why there is none. That no file is there at all is
     * only a warning: whoever checks the configuration need not have the accounts.
     */
    public static Optional<CloudEntry> of(ConfigSection provider) {
        var name = provider.text("cloud");
        var region = provider.text("region-name");
        return name.filter(n -> !n.isBlank()).flatMap(n -> new Clouds(provider).read(n, region));
    }

    private Optional<CloudEntry> read(String name, Optional<String> region) {
        return entry(name).map(this::withProfile).flatMap(entry -> {
            var chosen = region(name, entry, region);
            return chosen.flatMap(
                    c -> new CloudReader(provider.beside("clouds." + name, c.entry()), provider.files(), path)
                            .read(name, c.name()));
        });
    }

    private Optional<Mapping> entry(String name) {
        var clouds = path.find("clouds", Optional.of("OS_CLIENT_CONFIG_FILE"));
        var secure = path.find("secure", Optional.of("OS_CLIENT_SECURE_FILE"));
        if (name.equals(FROM_ENVIRONMENT)) {
            return EnvironmentCloud.of(provider.files().environment(), provider.mark("cloud"));
        }
        if (clouds.isEmpty()) {
            provider.warning(
                    "cloud",
                    "no clouds.yaml found, looked for " + path.candidates("clouds", Optional.empty()) + " and for"
                            + " what OS_CLIENT_CONFIG_FILE names; the provider can not be used before there is one");
            return Optional.empty();
        }
        var entry = secure.map(s -> Merge.over(clouds.get(), s))
                .or(() -> clouds)
                .map(file -> Merge.below(file, "clouds"))
                .map(all -> Merge.below(all, name));
        if (entry.isEmpty()) {
            provider.error(
                    "cloud",
                    "cloud \"" + name + "\" was not found in "
                            + clouds.get().mark().file() + known(clouds.get()));
        }
        return entry.map(Merge::normalized);
    }

    private static String known(Mapping file) {
        var clouds = Merge.below(file, "clouds");
        return clouds == null
                ? ", which has no mapping \"clouds\""
                : " (there are: " + String.join(", ", clouds.entries().keySet()) + ")";
    }

    /** What a vendor says of its cloud, below what the entry says itself. */
    private Mapping withProfile(Mapping entry) {
        var profile = text(entry, "profile").or(() -> text(entry, "cloud"));
        if (profile.isEmpty()) {
            return entry;
        }
        var vendors = path.find("clouds-public", Optional.empty());
        var vendor = vendors.map(file -> Merge.below(file, "public-clouds"))
                .map(all -> Merge.below(all, profile.get()))
                .map(Merge::normalized);
        var auth = Merge.below(entry, "auth");
        if (vendor.isEmpty() && auth != null && auth.get("auth_url") == null) {
            var section = provider.beside("clouds." + provider.text("cloud").orElse(""), entry);
            section.error(
                    "profile",
                    "profile \"" + profile.get() + "\" is in no clouds-public.yaml; profiles that come with other"
                            + " clients are not known here: write auth_url into the entry");
        }
        return vendor.map(v -> Merge.over(v, entry)).orElse(entry);
    }

    private record Region(Optional<String> name, Mapping entry) {}

    /** The entry with what it says of the region in use. */
    private Optional<Region> region(String cloud, Mapping entry, Optional<String> wanted) {
        var regions = regions(entry);
        var name = wanted.or(() -> text(entry, "region_name"))
                .or(() -> regions.keySet().stream().findFirst());
        if (name.isEmpty() || regions.isEmpty()) {
            return Optional.of(new Region(name, entry));
        }
        if (!regions.containsKey(name.get())) {
            provider.error(
                    wanted.isPresent() ? "region-name" : "cloud",
                    "Region " + name.get() + " is not a valid region name for cloud " + cloud + ". Valid choices are: "
                            + String.join(", ", regions.keySet()));
            return Optional.empty();
        }
        var values = regions.get(name.get());
        return Optional.of(new Region(name, values == null ? entry : Merge.over(entry, values)));
    }

    private static Map<String, @Nullable Mapping> regions(Mapping entry) {
        var regions = new LinkedHashMap<String, @Nullable Mapping>();
        var items = entry.get("regions") instanceof Sequence list ? new ArrayList<>(list.items()) : List.of();
        for (var item : items) {
            if (item instanceof Scalar name) {
                regions.put(name.text(), null);
            } else if (item instanceof Mapping region) {
                text(region, "name").ifPresent(n -> {
                    var values = Merge.below(region, "values");
                    regions.put(n, values == null ? null : Merge.normalized(values));
                });
            }
        }
        return regions;
    }

    private static Optional<String> text(Mapping mapping, String key) {
        return mapping.get(key) instanceof Scalar scalar ? Optional.of(scalar.text()) : Optional.empty();
    }
}
