package dev.nodepool.runner.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** What {@code .ci/npm/package.json} names. */
final class Npm {

    private Npm() {}

    /** The directory of a package, which must be installed. */
    static Path module(String name) {
        Path module = Path.of(Objects.requireNonNull(System.getProperty("nodepool.npm"), "set by the build"))
                .resolve(name);
        if (!Files.isDirectory(module)) {
            throw new IllegalStateException(
                    module + " is missing: run npm install --prefix .ci/npm, with Debian's packages nodejs and npm");
        }
        return module.normalize();
    }
}
