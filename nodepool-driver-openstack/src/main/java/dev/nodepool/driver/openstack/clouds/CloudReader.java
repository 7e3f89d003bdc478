package dev.nodepool.driver.openstack.clouds;

import dev.nodepool.driver.config.ConfigFiles;
import dev.nodepool.driver.config.ConfigSection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the merged entry of a cloud. What other clients need and we do not is left alone. */
record CloudReader(ConfigSection entry, ConfigFiles files, SearchPath path) {

    /** Services by our name, with the names that keys of the file begin with. */
    private static final Map<String, List<String>> SERVICES = Map.of(
            "identity", List.of("identity"),
            "compute", List.of("compute"),
            "network", List.of("network"),
            "image", List.of("image"),
            "volume", List.of("volume", "block_storage", "block_store", "volumev3"));

    Optional<CloudEntry> read(String name, Optional<String> region) {
        var account = new AccountReader(entry).read();
        var tls = tls();
        var imageFormat = entry.text("image_format").orElse("qcow2").toLowerCase(Locale.ROOT);
        return account.map(a -> new CloudEntry(
                name,
                region,
                a,
                tls,
                visibility(),
                perService("_endpoint_override"),
                perService("_service_type"),
                imageFormat,
                entry.bool("image_api_use_import").orElse(false)
                        || entry.bool("image_api_use_tasks").orElse(false),
                entry.text("floating_ip_source")
                        .map(source -> !source.equalsIgnoreCase("none"))
                        .orElse(true),
                entry.bool("private").orElse(false),
                entry.bool("force_ipv4").orElse(false),
                networks()));
    }

    private String visibility() {
        var written =
                entry.text("interface").or(() -> entry.text("endpoint_type")).orElse("public");
        var visibility = written.toLowerCase(Locale.ROOT).replace("url", "");
        if (!List.of("public", "internal", "admin").contains(visibility)) {
            entry.error("interface", "expected one of public, internal, admin");
        }
        return visibility;
    }

    private Map<String, String> perService(String ending) {
        var found = new LinkedHashMap<String, String>();
        SERVICES.forEach((service, names) -> names.stream()
                .map(name -> entry.text(name + ending))
                .flatMap(Optional::stream)
                .findFirst()
                .ifPresent(value -> found.put(service, value)));
        return found;
    }

    private Tls tls() {
        var insecure = entry.bool("insecure").orElse(false);
        var verify = entry.bool("verify").orElse(true) && !insecure;
        var authorities = pem("cacert");
        var certificate = pem("cert");
        // The key may stand in the file of the certificate.
        var key = entry.has("key") ? pem("key") : certificate;
        return new Tls(verify, authorities, certificate, certificate.isPresent() ? key : Optional.empty());
    }

    private Optional<String> pem(String key) {
        var file = entry.file(key).map(path::home);
        var text = file.flatMap(files::text);
        if (file.isPresent() && text.isEmpty()) {
            entry.error(key, "the file " + file.get() + " can not be read");
        }
        return text;
    }

    private List<KnownNetwork> networks() {
        var networks = new java.util.ArrayList<KnownNetwork>();
        for (var network : entry.sections("networks")) {
            var external = network.bool("routes_externally");
            networks.add(new KnownNetwork(
                    network.requiredText("name"),
                    network.bool("routes_ipv4_externally").or(() -> external),
                    network.bool("routes_ipv6_externally").or(() -> external),
                    network.bool("nat_source").orElse(false),
                    network.bool("nat_destination"),
                    network.bool("default_interface").orElse(false)));
        }
        entry.text("external_network")
                .ifPresent(name -> networks.add(
                        new KnownNetwork(name, Optional.of(true), Optional.of(true), false, Optional.of(false), true)));
        entry.text("internal_network")
                .ifPresent(name -> networks.add(new KnownNetwork(
                        name, Optional.of(false), Optional.of(false), false, Optional.of(true), false)));
        return networks;
    }
}
