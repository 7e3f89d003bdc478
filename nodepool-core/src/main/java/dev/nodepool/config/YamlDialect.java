package dev.nodepool.config;

import dev.nodepool.driver.config.ConfigNode.Type;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * What a plain word of a file means: YAML 1.1 as PyYAML reads it, because the same files are read by Python.
 *
 * <p>SnakeYAML differs in small things, e.g. it takes {@code 1e3} for a number.
 */
final class YamlDialect extends Resolver {

    private static final Pattern BOOLEAN =
            Pattern.compile("yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF");
    private static final Pattern INTEGER = Pattern.compile("[-+]?0b[01_]+"
            + "|[-+]?0[0-7_]+"
            + "|[-+]?(?:0|[1-9][0-9_]*)"
            + "|[-+]?0x[0-9a-fA-F_]+"
            + "|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+");
    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9][0-9_]*\\.[0-9_]*(?:[eE][-+][0-9]+)?"
            + "|\\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
            + "|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*"
            + "|[-+]?\\.(?:inf|Inf|INF)"
            + "|\\.(?:nan|NaN|NAN)");
    private static final Pattern NOTHING = Pattern.compile("~|null|Null|NULL|");
    private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}"
            + "|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \\t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]*)?"
            + "(?:[ \\t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?");
    private static final List<String> TRUE = List.of("yes", "true", "on");

    private static final Map<Tag, Type> TYPES = Map.of(
            Tag.STR, Type.TEXT,
            Tag.INT, Type.INTEGER,
            Tag.FLOAT, Type.NUMBER,
            Tag.BOOL, Type.BOOLEAN,
            Tag.TIMESTAMP, Type.DATE,
            Tag.NULL, Type.NULL);

    @Override
    public Tag resolve(NodeId kind, String value, boolean implicit) {
        return kind == NodeId.scalar && implicit ? plain(value) : super.resolve(kind, value, false);
    }

    private static Tag plain(String word) {
        if (BOOLEAN.matcher(word).matches()) {
            return Tag.BOOL;
        } else if (NUMBER.matcher(word).matches()) {
            return Tag.FLOAT;
        } else if (INTEGER.matcher(word).matches()) {
            return Tag.INT;
        } else if (word.equals("<<")) {
            return Tag.MERGE;
        } else if (NOTHING.matcher(word).matches()) {
            return Tag.NULL;
        } else if (DATE.matcher(word).matches()) {
            return Tag.TIMESTAMP;
        }
        return word.equals("=") ? new Tag(Tag.PREFIX + "value") : Tag.STR;
    }

    /** The type a tag stands for, null for tags that have no business in a configuration. */
    static @Nullable Type type(Tag tag) {
        return TYPES.get(tag);
    }

    /**
     * The value of a word.
     *
     * @throws NumberFormatException when somebody tagged as a number what is none
     */
    static @Nullable Object value(Type type, String word) {
        return switch (type) {
            case TEXT, DATE -> word;
            case NULL -> null;
            case BOOLEAN -> TRUE.contains(word.toLowerCase(Locale.ROOT));
            case INTEGER -> small(integer(word.replace("_", "")));
            case NUMBER -> number(word.replace("_", "").toLowerCase(Locale.ROOT));
        };
    }

    private static BigInteger integer(String word) {
        var negative = word.startsWith("-");
        var digits = negative || word.startsWith("+") ? word.substring(1) : word;
        var value = natural(digits);
        return negative ? value.negate() : value;
    }

    private static BigInteger natural(String digits) {
        if (digits.startsWith("0b")) {
            return new BigInteger(digits.substring(2), 2);
        } else if (digits.startsWith("0x")) {
            return new BigInteger(digits.substring(2), 16);
        } else if (digits.indexOf(':') >= 0) {
            var value = BigInteger.ZERO;
            for (var part : digits.split(":", -1)) {
                value = value.multiply(BigInteger.valueOf(60)).add(new BigInteger(part));
            }
            return value;
        }
        return new BigInteger(digits, digits.startsWith("0") ? 8 : 10);
    }

    /** The smallest type that holds it, as JSON readers have it too. */
    private static Number small(BigInteger value) {
        if (value.bitLength() < Integer.SIZE) {
            return value.intValue();
        }
        return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
    }

    private static Double number(String word) {
        var negative = word.startsWith("-");
        var digits = negative || word.startsWith("+") ? word.substring(1) : word;
        var value = 0.0;
        if (digits.equals(".inf")) {
            value = Double.POSITIVE_INFINITY;
        } else if (digits.equals(".nan")) {
            value = Double.NaN;
        } else {
            for (var part : digits.split(":", -1)) {
                value = value * 60 + Double.parseDouble(part);
            }
        }
        return negative ? -value : value;
    }
}
