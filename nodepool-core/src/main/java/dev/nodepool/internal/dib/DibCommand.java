package dev.nodepool.internal.dib;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How diskimage-builder is called.
 *
 * @param words program and arguments
 * @param environment variables on top of our own environment; values may be secret
 */
record DibCommand(List<String> words, Map<String, String> environment) {

    /** Stands in a command for the directory with the fake diskimage-builder. */
    static final String FAKE = "%p";

    DibCommand {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
    }

    /**
     * The call for an order.
     *
     * @param fakes directory with the fake diskimage-builder
     * @param work directory of this run alone, for all that is temporary
     * @throws IllegalArgumentException when the configured command can not be split
     */
    static DibCommand of(BuildOrder order, Path fakes, Path work) {
        var image = order.image();
        var words = new ArrayList<>(ShellWords.split(image.dibCommand().replace(FAKE, fakes.toString())));
        if (words.isEmpty()) {
            throw new IllegalArgumentException("dib-cmd is empty");
        }
        words.addAll(List.of("-x", "-t", String.join(",", image.formats()), "--checksum", "--no-tmpfs"));
        if (image.formats().stream().anyMatch(format -> format.contains("qcow2"))) {
            words.addAll(List.of("--qemu-img-options", "compat=0.10"));
        }
        words.addAll(List.of("-o", order.target().toString()));
        words.addAll(image.elements());
        return new DibCommand(words, environment(order, work));
    }

    private static Map<String, String> environment(BuildOrder order, Path work) {
        var environment = new LinkedHashMap<String, String>();
        environment.put("DIB_RELEASE", order.image().release());
        environment.put("DIB_IMAGE_NAME", order.image().name());
        environment.put("DIB_IMAGE_FILENAME", order.target().toString());
        order.directories().elementsDir().ifPresent(dir -> environment.put("ELEMENTS_PATH", dir));
        environment.putAll(order.image().envVars());
        // A directory of its own below the configured one: what a run leaves behind can be told by it.
        environment.put("TMPDIR", work.toString());
        return environment;
    }

    /** Where temporary files are wanted: by the image, by our own environment, or the usual place. */
    static Path temporaryRoot(BuildOrder order, Map<String, String> own) {
        return Path.of(Optional.ofNullable(order.image().envVars().get("TMPDIR"))
                .or(() -> Optional.ofNullable(own.get("TMPDIR")))
                .filter(text -> !text.isBlank())
                .orElse("/tmp"));
    }
}
