package dev.nodepool.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * All figures there are. Their names are those of Python's, where it has them; docs/metrics.md says more of each. What
 * stands in angle brackets is a part that differs from figure to figure.
 */
public enum FigureName {
    NODES(Kind.GAUGE, "nodepool.nodes.<state>", "Nodes in a state"),
    PROVIDER_NODES(Kind.GAUGE, "nodepool.provider.<provider>.nodes.<state>", "Nodes of a provider in a state"),
    LABEL_NODES(Kind.GAUGE, "nodepool.label.<label>.nodes.<state>", "Nodes of a label in a state"),
    ADDRESSABLE_REQUESTS(
            Kind.GAUGE,
            "nodepool.provider.<provider>.pool.<pool>.addressable_requests",
            "Requests that ask for nothing but labels of a pool"),

    MAX_SERVERS(Kind.GAUGE, "nodepool.provider.<provider>.max_servers", "Machines a provider may have"),
    TENANT_LIMIT(Kind.GAUGE, "nodepool.tenant_limits.<tenant>.<limit>", "What a tenant may use"),

    LAUNCH(Kind.TIMER, "nodepool.launch.<result>", "Attempts to launch a node"),
    PROVIDER_LAUNCH(
            Kind.TIMER, "nodepool.launch.provider.<provider>.<result>", "Attempts to launch a node at a provider"),
    ZONE_LAUNCH(Kind.TIMER, "nodepool.launch.provider.<provider>.<az>.<result>", "Attempts to launch a node in a zone"),
    REQUESTOR_LAUNCH(
            Kind.TIMER, "nodepool.launch.requestor.<requestor>.<result>", "Attempts to launch a node for a requestor"),
    IMAGE_LAUNCH(Kind.TIMER, "nodepool.launch.image.<image>.<result>", "Attempts to launch a node from an image"),

    TASK(Kind.TIMER, "nodepool.task.<provider>.<service>.<method>.<operation>", "Calls of a driver to its cloud"),
    LEAKED(Kind.COUNTER, "nodepool.provider.<provider>.leaked.<kind>", "Leaked things that were deleted"),
    DOWN_PORTS(Kind.COUNTER, "nodepool.provider.<provider>.downPorts", "Leaked ports that were deleted"),
    LEAKS_UNKNOWN(Kind.GAUGE, "nodepool.provider.<provider>.leaks.unknown", "Things that no record knows"),
    LEAKS_HELD(Kind.GAUGE, "nodepool.provider.<provider>.leaks.held", "Unknown things that are held back"),
    LEAKS_FAILING(Kind.GAUGE, "nodepool.provider.<provider>.leaks.failing", "Leaks that could not be deleted"),
    DELETES_FAILING(Kind.GAUGE, "nodepool.provider.<provider>.deletes.failing", "Nodes that could not be deleted"),
    RECORDS_UNREADABLE(Kind.GAUGE, "nodepool.records.unreadable", "Node records that can not be read"),
    CONFIG_ACCEPTED(Kind.COUNTER, "nodepool.config.accepted", "Changed configurations that were put in force"),
    CONFIG_REFUSED(Kind.COUNTER, "nodepool.config.refused", "Changed configurations that can not be used"),
    CONFIG_PROBLEMS(
            Kind.GAUGE, "nodepool.config.problems", "Errors that keep the configuration on disk from being in force"),

    BUILD_SIZE(Kind.GAUGE, "nodepool.dib_image_build.<image>.<format>.size", "Bytes on disk of a ready build"),
    BUILD_STATUS(Kind.GAUGE, "nodepool.dib_image_build.<image>.status.rc", "Exit status of the last build"),
    BUILD_DURATION(Kind.TIMER, "nodepool.dib_image_build.<image>.status.duration", "Builds of an image"),
    LAST_BUILD(Kind.GAUGE, "nodepool.dib_image_build.<image>.status.last_build", "When the last build ended"),
    IMAGE_UPDATE(Kind.TIMER, "nodepool.image_update.<image>.<provider>", "Uploads that turned ready"),
    BUILD_REQUESTS(Kind.GAUGE, "nodepool.image_build_requests", "Requests for builds that wait"),
    IMAGE_BUILD_REQUESTS(
            Kind.GAUGE, "nodepool.image.<image>.image_build_requests", "Whether a request for a build waits"),
    BUILD_STATE(
            Kind.GAUGE,
            "nodepool.builder.<fqdn>.image.<image>.build.state",
            "What a builder does about an image: 0 nothing, 1 builds it, 3 paused"),
    UPLOAD_STATE(
            Kind.GAUGE,
            "nodepool.builder.<fqdn>.image.<image>.provider.<provider>.upload.state",
            "What a builder does about uploads of an image: 0 nothing, 2 uploads it, 3 paused");

    /** What the values of a figure mean. */
    public enum Kind {
        /** How much there is now. */
        GAUGE,
        /** Adds up. */
        COUNTER,
        /** How often something happened, and how long it took. */
        TIMER
    }

    private final Kind kind;
    private final String template;
    private final String help;
    /** By turns what is the same in all names, and what a part stands for. */
    private final List<String> pieces;

    FigureName(Kind kind, String template, String help) {
        this.kind = kind;
        this.template = template;
        this.help = help;
        pieces = List.of(template.split("[<>]"));
    }

    public Kind kind() {
        return kind;
    }

    /** The name with its parts in angle brackets. */
    public String template() {
        return template;
    }

    /** What it tells, for people. */
    public String help() {
        return help;
    }

    /** What the parts stand for, in their order. */
    public List<String> parts() {
        return IntStream.range(0, pieces.size())
                .filter(i -> i % 2 == 1)
                .mapToObj(pieces::get)
                .toList();
    }

    /** @param values what stands for the parts, in their order */
    public Figure of(String... values) {
        return new Figure(this, Arrays.asList(values));
    }

    List<String> pieces() {
        return pieces;
    }
}
