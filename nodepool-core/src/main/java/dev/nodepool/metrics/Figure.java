package dev.nodepool.metrics;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One figure: a name with what stands for its parts, such as a provider and a state.
 *
 * @param values one for each of the name's parts, in their order
 */
public record Figure(FigureName name, List<String> values) {

    private static final Pattern SEPARATOR = Pattern.compile("[.:]");
    /** Parts whose dots and colons mean nothing here and would add levels. */
    private static final Set<String> ONE_LEVEL = Set.of("requestor", "tenant", "limit");

    /** @throws IllegalArgumentException when there are not as many values as parts */
    public Figure {
        values = List.copyOf(values);
        if (values.size() != name.pieces().size() / 2) {
            throw new IllegalArgumentException(name.template() + " does not have the parts " + values);
        }
    }

    /**
     * The name that Python uses, {@code nodepool.provider.north.nodes.ready} for example. Values are inserted as they
     * are, but for requestors, tenants and limits, which have {@code _} for each dot and colon.
     */
    public String text() {
        var pieces = name.pieces();
        var text = new StringBuilder();
        for (var i = 0; i < pieces.size(); i++) {
            text.append(i % 2 == 0 ? pieces.get(i) : part(pieces.get(i), values.get(i / 2)));
        }
        return text.toString();
    }

    private static String part(String part, String value) {
        return ONE_LEVEL.contains(part) ? SEPARATOR.matcher(value).replaceAll("_") : value;
    }

    @Override
    public String toString() {
        return text();
    }
}
