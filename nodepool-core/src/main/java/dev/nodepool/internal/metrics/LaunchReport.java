package dev.nodepool.internal.metrics;

import dev.nodepool.internal.launch.LaunchEnd;
import dev.nodepool.internal.launch.LaunchListener;
import dev.nodepool.metrics.Figure;
import dev.nodepool.metrics.FigureName;
import dev.nodepool.metrics.Stats;

/** Tells how each attempt to have a node ended and how long the launch had taken by then. */
record LaunchReport(Stats stats) implements LaunchListener {

    @Override
    public void ended(LaunchEnd end) {
        var result = end.outcome().text();
        tell(end, FigureName.LAUNCH.of(result));
        tell(end, FigureName.PROVIDER_LAUNCH.of(end.provider(), result));
        if (end.az() != null) {
            tell(end, FigureName.ZONE_LAUNCH.of(end.provider(), end.az(), result));
        }
        if (end.requestor() != null) {
            tell(end, FigureName.REQUESTOR_LAUNCH.of(end.requestor(), result));
        }
        if (end.image() != null) {
            tell(end, FigureName.IMAGE_LAUNCH.of(end.image(), result));
        }
    }

    private void tell(LaunchEnd end, Figure figure) {
        stats.time(figure, end.took());
    }
}
