package dev.nodepool.internal.metrics;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names of a launcher's figures, which are those of Python's. What stands for a part of a name is inserted as it
 * is; requestors, tenants and limits, whose dots and colons mean nothing here, have {@code _} instead.
 */
enum FigureName {
    NODES("nodepool.nodes.<state>"),
    PROVIDER_NODES("nodepool.provider.<provider>.nodes.<state>"),
    LABEL_NODES("nodepool.label.<label>.nodes.<state>"),
    ADDRESSABLE_REQUESTS("nodepool.provider.<provider>.pool.<pool>.addressable_requests"),
    MAX_SERVERS("nodepool.provider.<provider>.max_servers"),
    TENANT_LIMIT("nodepool.tenant_limits.<tenant>.<limit>"),
    LAUNCH("nodepool.launch.<result>"),
    PROVIDER_LAUNCH("nodepool.launch.provider.<provider>.<result>"),
    ZONE_LAUNCH("nodepool.launch.provider.<provider>.<az>.<result>"),
    REQUESTOR_LAUNCH("nodepool.launch.requestor.<requestor>.<result>"),
    IMAGE_LAUNCH("nodepool.launch.image.<image>.<result>");

    private static final Pattern SEPARATOR = Pattern.compile("[.:]");
    private static final Set<String> ONE_LEVEL = Set.of("requestor", "tenant", "limit");

    private final String template;
    /** By turns what is the same in all names, and what a part stands for. */
    private final List<String> pieces;

    FigureName(String template) {
        this.template = template;
        pieces = List.of(template.split("[<>]"));
    }

    /** The name with its parts in angle brackets. */
    String template() {
        return template;
    }

    /** @param values what stands for the parts, in their order */
    String of(String... values) {
        var name = new StringBuilder();
        for (var i = 0; i < pieces.size(); i++) {
            name.append(i % 2 == 0 ? pieces.get(i) : part(pieces.get(i), values[i / 2]));
        }
        return name.toString();
    }

    private static String part(String part, String value) {
        return ONE_LEVEL.contains(part) ? SEPARATOR.matcher(value).replaceAll("_") : value;
    }
}
