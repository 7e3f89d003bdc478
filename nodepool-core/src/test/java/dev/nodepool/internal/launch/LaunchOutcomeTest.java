package dev.nodepool.internal.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.internal.launch.LaunchOutcome.Stage;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LaunchOutcomeTest {

    @ParameterizedTest
    @CsvSource({
        "QUOTA_EXCEEDED, error.quota",
        "NO_CAPACITY, error.capacity",
        "NO_ADDRESS, error.network",
        "UNAVAILABLE, error.unknown",
        "UNAUTHORIZED, error.unknown",
        "INVALID_CONFIGURATION, error.unknown",
        "NOT_FOUND, error.unknown",
        "UNCLEAR, error.unknown"
    })
    void kindOfFailureDecides(Fault fault, String text) {
        for (var stage : Stage.values()) {
            assertThat(LaunchOutcome.of(new DriverException(fault, ""), stage).text())
                    .isEqualTo(text);
        }
    }

    @ParameterizedTest
    @CsvSource({"ASKED, error.unknown", "MADE, error.status", "UP, error.keyscan", "OVERDUE, error.servercreatetimeout"
    })
    void ofAnUnexpectedFailureItsMomentDecides(Stage stage, String text) {
        assertThat(LaunchOutcome.of(new DriverException(Fault.UNEXPECTED, ""), stage)
                        .text())
                .isEqualTo(text);
    }

    @ParameterizedTest
    @EnumSource(Code.class)
    void onlyALostSessionIsOne(Code code) {
        var failure = new CompletionException(new TreeException(code, "/x"));
        assertThat(LaunchOutcome.ofStore(failure).text())
                .isEqualTo(code == Code.SESSION_EXPIRED ? "error.zksession" : "error.unknown");
    }
}
