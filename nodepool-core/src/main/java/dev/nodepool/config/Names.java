package dev.nodepool.config;

import dev.nodepool.driver.config.ConfigSection;
import java.util.function.Function;

/** Names that must work as names of znodes and files. */
final class Names {

    private Names() {}

    /** Wraps the reader of a named section so that it also checks the name. */
    static <T> Function<ConfigSection, T> checked(Function<ConfigSection, T> reader) {
        return section -> {
            check(section);
            return reader.apply(section);
        };
    }

    private static void check(ConfigSection section) {
        var name = section.text("name").orElse("");
        if (name.indexOf('/') >= 0) {
            section.error("name", "must not contain \"/\"");
        } else if (name.codePoints().anyMatch(Character::isISOControl)) {
            section.error("name", "must not contain control characters");
        } else if (!name.isBlank() && (atEdge(name, 0) || atEdge(name, name.length() - 1))) {
            section.error("name", "must not begin or end with a dot or a blank");
        }
    }

    private static boolean atEdge(String name, int index) {
        var c = name.charAt(index);
        return c == '.' || Character.isWhitespace(c);
    }
}
