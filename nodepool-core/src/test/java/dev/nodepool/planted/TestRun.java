package dev.nodepool.planted;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs a test class in a process of its own; the exit code says whether it passed. */
final class TestRun {

    static final int PASSED = 0;
    static final int FAILED = 1;
    static final int NOTHING_RUN = 3;

    private TestRun() {}

    public static void main(String[] args) {
        var listener = new SummaryGeneratingListener();
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(args[0]))
                .build();
        LauncherFactory.create().execute(request, listener);
        var summary = listener.getSummary();
        summary.getFailures()
                .forEach(failure -> System.out.println(
                        "FAILED " + failure.getTestIdentifier().getDisplayName()));
        var run = summary.getTestsSucceededCount() + summary.getTestsFailedCount();
        System.exit(run == 0 ? NOTHING_RUN : summary.getTotalFailureCount() == 0 ? PASSED : FAILED);
    }
}
