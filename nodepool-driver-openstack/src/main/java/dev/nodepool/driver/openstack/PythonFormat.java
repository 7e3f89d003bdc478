package dev.nodepool.driver.openstack;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Fills in {@code {fields}} as Python's {@code str.format} does, as far as configurations use it. */
final class PythonFormat {

    private static final Pattern PART = Pattern.compile("\\{\\{|}}|\\{([^{}]*)}|[{}]");

    private PythonFormat() {}

    /**
     * @param field the value of a field as Python writes it, empty when there is no such field
     * @return empty when the format is broken or names a field that there is not
     */
    static Optional<String> fill(String format, Function<String, Optional<String>> field) {
        var filled = new StringBuilder();
        var parts = PART.matcher(format);
        int end = 0;
        while (parts.find()) {
            filled.append(format, end, parts.start());
            end = parts.end();
            var part = parts.group();
            if (part.equals("{{") || part.equals("}}")) {
                filled.append(part.charAt(0));
                continue;
            }
            var value = parts.group(1) == null ? Optional.<String>empty() : field.apply(parts.group(1));
            if (value.isEmpty()) {
                return Optional.empty();
            }
            filled.append(value.get());
        }
        return Optional.of(filled.append(format, end, format.length()).toString());
    }

    /** A JSON value as Python prints it. */
    static String print(Object value) {
        if (value instanceof Boolean bool) {
            return bool ? "True" : "False";
        } else if (value instanceof Collection<?> list) {
            return list.stream().map(PythonFormat::quoted).collect(Collectors.joining(", ", "[", "]"));
        } else if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(e -> quoted(e.getKey()) + ": " + quoted(e.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return String.valueOf(value);
    }

    private static String quoted(Object value) {
        return value instanceof String text ? "'" + text + "'" : value == null ? "None" : print(value);
    }
}
