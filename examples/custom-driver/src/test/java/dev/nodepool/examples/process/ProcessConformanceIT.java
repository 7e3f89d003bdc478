package dev.nodepool.examples.process;

import dev.nodepool.driver.Fault;
import dev.nodepool.driver.conformance.Provocation;
import dev.nodepool.driver.conformance.Scratch;
import dev.nodepool.driver.conformance.junit.ConformanceTests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class ProcessConformanceIT implements ConformanceTests {

    @TempDir
    Path directory;

    @Override
    public Scratch scratch() {
        var label = Map.of("name", "sleeper", "command", List.of("sleep", "600"));
        var section = Map.of(
                "name",
                "local",
                "driver",
                "process",
                "directory",
                directory.resolve("machines").toString(),
                "max-processes",
                10,
                "pools",
                List.of(Map.of("name", "main", "max-servers", 10, "labels", List.of(label))));
        return Scratch.of(new ProcessDriver(), section)
                .provoking(new Provocation(Provocation.Call.CREATE, Fault.QUOTA_EXCEEDED, provider -> {
                    for (int i = 0; i < 10; i++) {
                        Files.createDirectories(directory.resolve("machines").resolve("other-" + i));
                    }
                    return () -> {
                        for (int i = 0; i < 10; i++) {
                            Files.delete(directory.resolve("machines").resolve("other-" + i));
                        }
                    };
                }))
                .provoking(new Provocation(Provocation.Call.CREATE, Fault.UNEXPECTED, provider -> {
                    Files.delete(directory.resolve("machines"));
                    Files.createFile(directory.resolve("machines"));
                    return () -> {
                        Files.delete(directory.resolve("machines"));
                        Files.createDirectory(directory.resolve("machines"));
                    };
                }));
    }
}
