package dev.nodepool.runner.metrics;

import dev.nodepool.metrics.FigureName;

/** What figures are called in Prometheus; docs/metrics.md lists the names with their labels. */
final class PrometheusName {

    private PrometheusName() {}

    /** Without the endings that its kind adds, {@code _total} or {@code _seconds}. */
    static String of(FigureName figure) {
        return switch (figure) {
            case NODES -> "nodepool_nodes";
            case PROVIDER_NODES -> "nodepool_nodes_by_provider";
            case LABEL_NODES -> "nodepool_nodes_by_label";
            case ADDRESSABLE_REQUESTS -> "nodepool_addressable_requests";
            case MAX_SERVERS -> "nodepool_provider_max_servers";
            case TENANT_LIMIT -> "nodepool_tenant_limit";
            case LAUNCH -> "nodepool_launch";
            case PROVIDER_LAUNCH -> "nodepool_launch_by_provider";
            case ZONE_LAUNCH -> "nodepool_launch_by_provider_az";
            case REQUESTOR_LAUNCH -> "nodepool_launch_by_requestor";
            case IMAGE_LAUNCH -> "nodepool_launch_by_image";
            case TASK -> "nodepool_task";
            case LEAKED -> "nodepool_leaked";
            case DOWN_PORTS -> "nodepool_down_ports";
            case LEAKS_UNKNOWN -> "nodepool_leaks_unknown";
            case LEAKS_HELD -> "nodepool_leaks_held";
            case LEAKS_FAILING -> "nodepool_leaks_failing";
            case DELETES_FAILING -> "nodepool_deletes_failing";
            case RECORDS_UNREADABLE -> "nodepool_records_unreadable";
            case CONFIG_ACCEPTED -> "nodepool_config_accepted";
            case CONFIG_REFUSED -> "nodepool_config_refused";
            case CONFIG_PROBLEMS -> "nodepool_config_problems";
            case BUILD_SIZE -> "nodepool_dib_image_build_size_bytes";
            case BUILD_STATUS -> "nodepool_dib_image_build_result_code";
            case BUILD_DURATION -> "nodepool_dib_image_build_duration";
            case LAST_BUILD -> "nodepool_dib_image_build_last_timestamp_seconds";
            case IMAGE_UPDATE -> "nodepool_image_update";
            case BUILD_REQUESTS -> "nodepool_image_build_requests";
            case IMAGE_BUILD_REQUESTS -> "nodepool_image_build_requests_by_image";
            case BUILD_STATE -> "nodepool_builder_build_state";
            case UPLOAD_STATE -> "nodepool_builder_upload_state";
        };
    }

    /** As it stands on the page; a timer has {@code _count}, {@code _sum} and {@code _bucket} behind it. */
    static String complete(FigureName figure) {
        return switch (figure.kind()) {
            case GAUGE -> of(figure);
            case COUNTER -> of(figure) + "_total";
            case TIMER -> of(figure) + "_seconds";
        };
    }
}
