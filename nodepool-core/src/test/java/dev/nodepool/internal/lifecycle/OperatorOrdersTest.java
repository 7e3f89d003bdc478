package dev.nodepool.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.model.BuildState;
import dev.nodepool.model.NodeState;
import dev.nodepool.model.UploadState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An operator's command is not refused for the state in which others left a record. */
class OperatorOrdersTest {

    @ParameterizedTest
    @EnumSource(NodeState.class)
    void nodeCanBeHeldAndDeletedInEveryState(NodeState state) {
        assertThat(Lifecycle.NODE.next(state, NodeEvent.HOLD)).isEqualTo(NodeState.HOLD);
        assertThat(Lifecycle.NODE.next(state, NodeEvent.DELETE)).isEqualTo(NodeState.DELETING);
    }

    @ParameterizedTest
    @EnumSource(BuildState.class)
    void buildCanBeDeletedInEveryState(BuildState state) {
        assertThat(Lifecycle.BUILD.next(state, BuildEvent.DELETE)).isEqualTo(BuildState.DELETING);
    }

    @ParameterizedTest
    @EnumSource(UploadState.class)
    void uploadCanBeDeletedInEveryState(UploadState state) {
        assertThat(Lifecycle.UPLOAD.next(state, UploadEvent.DELETE)).isEqualTo(UploadState.DELETING);
    }
}
