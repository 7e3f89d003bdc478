package dev.nodepool.driver.config;

import dev.nodepool.driver.config.ConfigNode.Mapping;
import dev.nodepool.driver.config.ConfigNode.Scalar;
import dev.nodepool.driver.config.ConfigNode.Sequence;
import dev.nodepool.driver.config.ConfigNode.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns one value into a type; answers empty after it has reported why not. */
record Conversion(Problems problems) {

    private static final int SHOWN = 40;

    Optional<Mapping> mapping(ConfigNode node, String path) {
        return node instanceof Mapping mapping ? Optional.of(mapping) : expected("a mapping", node, path);
    }

    Optional<Sequence> list(ConfigNode node, String path) {
        return node instanceof Sequence list ? Optional.of(list) : expected("a list", node, path);
    }

    /** Numbers and dates are taken as they are written: {@code release: 18.10} is not 18.1. */
    Optional<String> text(ConfigNode node, String path) {
        if (node instanceof Scalar scalar && scalar.type() != Type.BOOLEAN && !scalar.isNull()) {
            if (scalar.type() != Type.TEXT) {
                var what = scalar.type() == Type.DATE ? "date" : "number";
                problems.warning(node.mark(), path, what + " used, quote it");
            }
            return Optional.of(scalar.text());
        }
        return expected("a string", node, path);
    }

    Optional<String> textOrInteger(ConfigNode node, String path) {
        return node instanceof Scalar scalar && scalar.type() == Type.INTEGER
                ? Optional.of(scalar.text())
                : text(node, path);
    }

    Optional<String> exactText(ConfigNode node, String path) {
        if (node instanceof Scalar scalar && scalar.type() == Type.TEXT) {
            return Optional.of(scalar.text());
        }
        problems.error(node.mark(), path, "expected a string, got " + node.kind());
        return Optional.empty();
    }

    Optional<Boolean> bool(ConfigNode node, String path) {
        return node instanceof Scalar scalar && scalar.json() instanceof Boolean value
                ? Optional.of(value)
                : expected("true or false", node, path);
    }

    Optional<Integer> integer(ConfigNode node, String path, int least, int most) {
        return node instanceof Scalar scalar && scalar.json() instanceof Number && scalar.type() == Type.INTEGER
                ? inRange(scalar, path, scalar.json().toString(), least, most)
                : expected("an integer", node, path);
    }

    /** An integer that may stand in quotes, as what other programs fill in often does. */
    Optional<Integer> integerOrDigits(ConfigNode node, String path, int least, int most) {
        if (node instanceof Scalar scalar
                && scalar.type() == Type.TEXT
                && scalar.text().matches("[0-9]{1,18}")) {
            problems.warning(node.mark(), path, "text used as an integer, leave out the quotes");
            return inRange(scalar, path, scalar.text(), least, most);
        }
        return integer(node, path, least, most);
    }

    Optional<Double> number(ConfigNode node, String path, double least) {
        var number = node instanceof Scalar scalar ? asNumber(scalar, path) : Optional.<Double>empty();
        if (number.isEmpty() || !Double.isFinite(number.get())) {
            return expected("a number", node, path);
        }
        if (number.get() < least) {
            problems.error(node.mark(), path, "must be at least " + plain(least));
            return Optional.empty();
        }
        return number;
    }

    Optional<Duration> seconds(ConfigNode node, String path, int least) {
        if (node instanceof Scalar scalar && scalar.json() instanceof Double seconds && Double.isFinite(seconds)) {
            if (seconds < least || seconds > Integer.MAX_VALUE) {
                problems.error(node.mark(), path, "must be between " + least + " and " + Integer.MAX_VALUE);
                return Optional.empty();
            }
            problems.warning(node.mark(), path, "whole seconds expected");
            return Optional.of(Duration.ofNanos((long) (seconds * 1e9)));
        }
        return integer(node, path, least, Integer.MAX_VALUE).map(Duration::ofSeconds);
    }

    Optional<List<String>> texts(ConfigNode node, String path) {
        return list(node, path).map(list -> {
            var texts = new ArrayList<String>();
            for (int i = 0; i < list.items().size(); i++) {
                text(list.items().get(i), path + "[" + i + "]").ifPresent(texts::add);
            }
            return List.copyOf(texts);
        });
    }

    /** A map of texts; {@code exact} takes nothing but texts, else any single value passes with a warning. */
    Optional<Map<String, String>> textMap(ConfigNode node, String path, boolean exact) {
        return mapping(node, path).map(mapping -> {
            var texts = new LinkedHashMap<String, String>();
            mapping.entries().forEach((key, entry) -> {
                var place = path + "." + key;
                var text = exact ? exactText(entry.value(), place) : anyText(entry.value(), place);
                text.ifPresent(value -> texts.put(key, value));
            });
            return texts;
        });
    }

    private Optional<String> anyText(ConfigNode node, String path) {
        if (node instanceof Scalar scalar && scalar.type() != Type.TEXT && !scalar.isNull()) {
            problems.warning(node.mark(), path, node.kind() + " used as text, quote it");
            return Optional.of(scalar.text());
        }
        return text(node, path);
    }

    private Optional<Double> asNumber(Scalar scalar, String path) {
        if (scalar.json() instanceof Number number) {
            return Optional.of(number.doubleValue());
        }
        if (scalar.type() == Type.TEXT && scalar.text().matches("[0-9]+([.][0-9]*)?([eE][-+]?[0-9]+)?")) {
            problems.warning(scalar.mark(), path, "text used as a number, write it with a dot and without quotes");
            return Optional.of(Double.valueOf(scalar.text()));
        }
        return Optional.empty();
    }

    private Optional<Integer> inRange(Scalar scalar, String path, String digits, int least, int most) {
        var value = new BigDecimal(digits);
        if (value.compareTo(BigDecimal.valueOf(least)) >= 0 && value.compareTo(BigDecimal.valueOf(most)) <= 0) {
            return Optional.of(value.intValueExact());
        }
        var text = most == Integer.MAX_VALUE && value.signum() < 0
                ? "must be at least " + least
                : "must be between " + least + " and " + most;
        problems.error(scalar.mark(), path, text);
        return Optional.empty();
    }

    private <T> Optional<T> expected(String what, ConfigNode node, String path) {
        problems.error(node.mark(), path, "expected " + what + ", got " + shown(node));
        return Optional.empty();
    }

    private static String shown(ConfigNode node) {
        if (!(node instanceof Scalar scalar) || scalar.secret() || scalar.isNull() || tooLong(scalar.text())) {
            return node.kind();
        }
        return scalar.type() == Type.TEXT ? '"' + scalar.text() + '"' : scalar.text();
    }

    private static boolean tooLong(String text) {
        return text.length() > SHOWN || text.indexOf('\n') >= 0;
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }
}
