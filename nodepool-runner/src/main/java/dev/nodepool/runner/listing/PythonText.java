package dev.nodepool.runner.listing;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values of records as Python shows them. */
public final class PythonText {

    private static final double FIRST_WITH_EXPONENT = 1e16;

    private PythonText() {}

    /**
     * A value as the cell of a table. Control characters, which could play tricks on a terminal, are shown as Python's
     * escapes; only line ends stay.
     */
    public static String cell(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(PythonText::cell).collect(Collectors.joining(","));
        }
        return value == null ? "" : plain(value instanceof String text ? text : repr(value));
    }

    private static String plain(String text) {
        if (text.chars().noneMatch(c -> Character.isISOControl(c) && c != '\n')) {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c == '\n') {
                plain.append('\n');
            } else {
                escape(plain, c);
            }
        });
        return plain.toString();
    }

    /** A value in Python notation. */
    static String repr(@Nullable Object value) {
        if (value == null) {
            return "None";
        } else if (value instanceof Boolean truth) {
            return truth ? "True" : "False";
        } else if (value instanceof Double number) {
            return number(number);
        } else if (value instanceof List<?> list) {
            return list.stream().map(PythonText::repr).collect(Collectors.joining(", ", "[", "]"));
        } else if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> repr(entry.getKey()) + ": " + repr(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return value instanceof String text ? quoted(text) : value.toString();
    }

    private static String quoted(String text) {
        char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
        StringBuilder quoted = new StringBuilder().append(quote);
        text.codePoints().forEach(c -> {
            if (c == quote || c == '\\') {
                quoted.append('\\').append((char) c);
            } else {
                escape(quoted, c);
            }
        });
        return quoted.append(quote).toString();
    }

    private static void escape(StringBuilder to, int character) {
        switch (character) {
            case '\n' -> to.append("\\n");
            case '\r' -> to.append("\\r");
            case '\t' -> to.append("\\t");
            default -> {
                if (Character.isISOControl(character)) {
                    to.append("\\x%02x".formatted(character));
                } else {
                    to.appendCodePoint(character);
                }
            }
        }
    }

    /** A number in the digits that Python writes. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        } else if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        } else if (value == 0) {
            return String.valueOf(value);
        }
        double size = Math.abs(value);
        BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        if (size < 1e-4 || size >= FIRST_WITH_EXPONENT) {
            int exponent = digits.precision() - digits.scale() - 1;
            return "%se%s%02d"
                    .formatted(
                            digits.movePointLeft(exponent).stripTrailingZeros().toPlainString(),
                            exponent < 0 ? "-" : "+",
                            Math.abs(exponent));
        }
        String plain = digits.toPlainString();
        return plain.contains(".") ? plain : plain + ".0";
    }
}
