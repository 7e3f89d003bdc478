package dev.nodepool.runner.command;

import dev.nodepool.config.ConfigLoader;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.config.ProviderConfig;
import dev.nodepool.config.Strictness;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.conformance.Check;
import dev.nodepool.driver.conformance.ConformanceKit;
import dev.nodepool.driver.conformance.Report;
import dev.nodepool.driver.conformance.Scratch;
import dev.nodepool.driver.conformance.Verdict;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.logging.Logging;
import dev.nodepool.runner.logging.Verbosity;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the conformance kit on the driver of a provider. Needs no ZooKeeper. */
@Command(
        name = "driver-check",
        description = {
            "Check whether a driver does what the launcher counts on, with real machines of a provider.",
            "It makes some thirty machines, up to eight at a time, and deletes them and nothing else."
        })
final class DriverCheckCommand implements Callable<Integer> {

    private final NodepoolCommand nodepool;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "PROVIDER", description = "Name of the provider in the configuration.")
    private String provider = "";

    @Option(
            names = "--pool",
            paramLabel = "POOL",
            description = "Pool whose label is launched (the first that has it).")
    private @Nullable String pool;

    @Option(
            names = "--label",
            paramLabel = "LABEL",
            description = "Label that is launched (the first that needs no disk image).")
    private @Nullable String label;

    @Option(
            names = "--image",
            paramLabel = "ID",
            description = "What the cloud calls the image that a label with a disk image boots from.")
    private @Nullable String image;

    @Option(
            names = "--image-file",
            paramLabel = "FILE",
            description = "Image that is uploaded where the provider takes images (an empty disk).")
    private @Nullable Path imageFile;

    @Option(
            names = "--only",
            paramLabel = "CHECK",
            split = ",",
            description = "Only these checks, by the names that are shown.")
    private List<String> only = List.of();

    DriverCheckCommand(NodepoolCommand nodepool) {
        this.nodepool = nodepool;
    }

    @Override
    public Integer call() throws IOException {
        Logging.configure(nodepool.logTarget(Verbosity.QUIET));
        List<Check> checks = checks();
        Scratch scratch = scratch(nodepool.files());
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        List<Verdict> verdicts = new ArrayList<>();
        Report report;
        try (ConformanceKit kit = new ConformanceKit(scratch)) {
            Optional<String> unreachable = kit.unreachable();
            if (unreachable.isPresent()) {
                throw new IOException("provider %s: %s".formatted(provider, unreachable.get()));
            }
            for (Check check : checks) {
                Verdict verdict = kit.check(check);
                verdicts.add(verdict);
                out.println(verdict);
                out.flush();
            }
            report = new Report(verdicts, kit.clean());
        }
        report.summary().forEach(out::println);
        out.flush();
        return report.passed() ? 0 : 1;
    }

    private List<Check> checks() throws IOException {
        List<Check> all = List.of(Check.values());
        for (String name : only) {
            if (all.stream().noneMatch(check -> check.id().equals(name))) {
                throw new IOException("no check %s (known: %s)"
                        .formatted(name, all.stream().map(Check::id).collect(Collectors.joining(", "))));
            }
        }
        return only.isEmpty()
                ? all
                : all.stream().filter(check -> only.contains(check.id())).toList();
    }

    private Scratch scratch(ConfigFiles files) throws IOException {
        ProviderConfig chosen = provider(files);
        Scratch scratch = Scratch.of(
                driver(files, chosen), provider, () -> provider(files).settings());
        if (label != null || pool != null) {
            scratch = labelled(scratch, chosen);
        }
        if (image != null) {
            scratch = scratch.image(new ExternalId(image));
        }
        return imageFile == null ? scratch : scratch.imageFile(imageFile);
    }

    private ProviderConfig provider(ConfigFiles files) throws IOException {
        NodepoolConfig config = new ConfigLoader(files.drivers(), System.getenv())
                .load(files.main(), files.secure(), Strictness.LENIENT)
                .config();
        return config.provider(provider)
                .orElseThrow(() -> new IOException("no provider %s in %s (known: %s)"
                        .formatted(
                                provider,
                                files.main(),
                                config.providers().stream()
                                        .map(ProviderConfig::name)
                                        .collect(Collectors.joining(", ")))));
    }

    private static ProviderDriver driver(ConfigFiles files, ProviderConfig chosen) throws IOException {
        return files.drivers().stream()
                .filter(driver -> driver.name().equals(chosen.driver()))
                .findFirst()
                .orElseThrow(() -> new IOException("no driver " + chosen.driver()));
    }

    private Scratch labelled(Scratch scratch, ProviderConfig chosen) throws IOException {
        for (var candidate : chosen.settings().pools()) {
            for (var offered : candidate.labels()) {
                if ((pool == null || pool.equals(candidate.name()))
                        && (label == null || label.equals(offered.name()))) {
                    return scratch.label(candidate.name(), offered.name());
                }
            }
        }
        throw new IOException("provider %s has no%s%s"
                .formatted(
                        provider,
                        label == null ? " label" : " label " + label,
                        pool == null ? "" : " in a pool " + pool));
    }
}
