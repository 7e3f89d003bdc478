package dev.nodepool.driver.config;

/**
 * Something wrong in a configuration file.
 *
 * @param severity an error makes the configuration unusable, a warning is only said
 * @param path where it is in the structure, e.g. {@code providers[0].pools[1].name}
 * @param text what is wrong and what would be right; never a secret value
 */
public record Problem(Severity severity, Mark mark, String path, String text) {

    public enum Severity {
        ERROR,
        WARNING
    }

    /** {@code file:line:column: path: text}. */
    @Override
    public String toString() {
        return mark + ": " + path + ": " + text;
    }
}
