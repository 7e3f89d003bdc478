package dev.nodepool.examples.images;

import dev.nodepool.ImageBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.concurrent.ExecutionException;

/** Builds an image and waits until the providers named have it: {@code Main nodepool.yaml image provider…} */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 2) {
            System.err.println("usage: Main nodepool.yaml image provider…");
            System.exit(2);
        }
        var providers = new HashSet<>(Arrays.asList(arguments).subList(2, arguments.length));
        try (var builder =
                ImageBuilder.builder().config(Path.of(arguments[0])).build().start()) {
            var build = new Refresh(builder).image(arguments[1], providers, Duration.ofHours(2));
            System.out.println(arguments[1] + "-" + build.get());
        } catch (ExecutionException e) {
            System.err.println(Objects.requireNonNullElse(e.getCause(), e).getMessage());
            System.exit(1);
        }
    }
}
