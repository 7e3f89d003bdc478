package dev.nodepool.config;

import dev.nodepool.driver.config.ConfigSection;
import dev.nodepool.driver.config.Problems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads the top level of nodepool.yaml together with the secure file. */
record MainSchema(
        ConfigSection main,
        Optional<ConfigSection> secure,
        Drivers drivers,
        boolean needsZooKeeper,
        Problems problems) {

    NodepoolConfig read() {
        retire();
        var labels = labels();
        var images = new DiskImageFamily(main.named("diskimages", Names.checked(DiskImageDraft::read))).resolved();
        var references = new References(problems, labels.keySet(), images);
        var schema = new ProviderSchema(drivers, references);
        var providers = main.named("providers", Names.checked(schema::read)).stream()
                .flatMap(Optional::stream)
                .toList();
        var config = new NodepoolConfig(
                new ZooKeeperSchema(main, secure, needsZooKeeper).read(),
                main.section("webapp").map(MainSchema::web),
                builder(),
                main.seconds("max-hold-age", Integer.MIN_VALUE).filter(MainSchema::isLimit),
                labels,
                finished(images, providers),
                providers,
                TenantSchema.read(main));
        main.reportUnread();
        return config;
    }

    private Map<String, LabelConfig> labels() {
        var labels = new LinkedHashMap<String, LabelConfig>();
        main.named("labels", Names.checked(MainSchema::label)).forEach(label -> labels.put(label.name(), label));
        return labels;
    }

    private static LabelConfig label(ConfigSection section) {
        return new LabelConfig(
                section.requiredText("name"),
                Math.max(0, section.integer("min-ready").orElse(0)),
                section.seconds("max-ready-age", Integer.MIN_VALUE).filter(MainSchema::isLimit));
    }

    private static boolean isLimit(Duration age) {
        return !age.isNegative() && !age.isZero();
    }

    private static WebConfig web(ConfigSection section) {
        return new WebConfig(
                section.port("port").orElse(WebConfig.DEFAULT_PORT),
                section.text("listen_address").orElse("0.0.0.0"));
    }

    private BuilderConfig builder() {
        return new BuilderConfig(
                main.file("images-dir"),
                main.text("elements-dir"),
                main.file("build-log-dir").orElse(Path.of("/var/log/nodepool/builds")),
                main.integer("build-log-retention").orElse(7));
    }

    /** Images get the formats that the providers listing them need. */
    private Map<String, DiskImageConfig> finished(Map<String, DiskImageDraft> images, List<ProviderConfig> providers) {
        var secrets =
                secure.map(section -> new SecureFile(section).envVars(images)).orElse(Map.of());
        var finished = new LinkedHashMap<String, DiskImageConfig>();
        images.forEach((name, image) ->
                finished.put(name, image.finish(formats(name, providers), secrets.getOrDefault(name, Map.of()))));
        return finished;
    }

    private static Set<String> formats(String image, List<ProviderConfig> providers) {
        var formats = new TreeSet<String>();
        providers.stream()
                .flatMap(provider -> provider.settings().images().stream())
                .filter(wanted -> wanted.name().equals(image))
                .forEach(wanted -> formats.add(wanted.format()));
        return formats;
    }

    /** Keys of old versions. */
    private void retire() {
        main.retired("script-dir", "ready scripts are gone, prepare machines in the image");
        main.retired("cron", "clean-up runs by itself");
        main.retired("zmq-publishers", "events are in ZooKeeper");
        main.retired("gearman-servers", "requests are in ZooKeeper");
        main.retired("dburi", "state is in ZooKeeper");
        main.retired("targets", "requests are in ZooKeeper");
        main.retired("images", "use \"diskimages\"");
    }
}
