package dev.nodepool.internal.lifecycle;

import static dev.nodepool.model.NodeState.ABORTED;
import static dev.nodepool.model.NodeState.BUILDING;
import static dev.nodepool.model.NodeState.DELETED;
import static dev.nodepool.model.NodeState.DELETING;
import static dev.nodepool.model.NodeState.FAILED;
import static dev.nodepool.model.NodeState.HOLD;
import static dev.nodepool.model.NodeState.INIT;
import static dev.nodepool.model.NodeState.IN_USE;
import static dev.nodepool.model.NodeState.READY;
import static dev.nodepool.model.NodeState.USED;

import dev.nodepool.model.BuildState;
import dev.nodepool.model.NodeState;
import dev.nodepool.model.RequestState;
import dev.nodepool.model.UploadState;
import java.util.List;

/** The four transition tables. */
public final class Lifecycle {

    private static final String LAUNCHER = "launcher";
    private static final String BUILDER = "builder";
    private static final String USER = "user of the node";

    /** An operator's order is obeyed in whatever state others left the record, also one this version does not know. */
    private static final List<NodeState> ANY = List.of(NodeState.values());

    public static final TransitionTable<RequestState, RequestEvent> REQUEST = new TransitionTable.Builder<
                    RequestState, RequestEvent>("request")
            .create(RequestEvent.SUBMIT, RequestState.REQUESTED, "requestor")
            .on(RequestState.REQUESTED, RequestEvent.ACCEPT, RequestState.PENDING, LAUNCHER)
            .on(RequestState.PENDING, RequestEvent.FULFIL, RequestState.FULFILLED, LAUNCHER)
            .on(
                    RequestEvent.DECLINE,
                    RequestState.REQUESTED,
                    LAUNCHER,
                    List.of(RequestState.REQUESTED, RequestState.PENDING))
            .on(RequestEvent.FAIL, RequestState.FAILED, LAUNCHER, List.of(RequestState.REQUESTED, RequestState.PENDING))
            .on(RequestState.PENDING, RequestEvent.RELEASE, RequestState.REQUESTED, LAUNCHER)
            .on(RequestState.PENDING, RequestEvent.RESET, RequestState.REQUESTED, "any launcher")
            .build();

    public static final TransitionTable<NodeState, NodeEvent> NODE = new TransitionTable.Builder<NodeState, NodeEvent>(
                    "node")
            .create(NodeEvent.RECORD, INIT, LAUNCHER)
            .create(NodeEvent.REGISTER, READY, "static driver")
            .create(NodeEvent.RECORD_LEAK, DELETING, LAUNCHER)
            .on(INIT, NodeEvent.BUILD, BUILDING, LAUNCHER)
            .on(BUILDING, NodeEvent.LAUNCHED, READY, LAUNCHER)
            .on(BUILDING, NodeEvent.LAUNCH_FAILED, FAILED, LAUNCHER)
            .on(BUILDING, NodeEvent.ABORT, ABORTED, LAUNCHER)
            .on(READY, NodeEvent.ALLOCATE, READY, LAUNCHER)
            .on(READY, NodeEvent.DEALLOCATE, READY, LAUNCHER)
            .on(READY, NodeEvent.USE, IN_USE, USER)
            .on(NodeEvent.RETURN, USED, USER, List.of(READY, IN_USE, HOLD))
            .on(NodeEvent.HOLD, HOLD, "user or operator", ANY)
            .on(NodeEvent.DELETE, DELETING, "launcher or operator", ANY)
            .on(DELETING, NodeEvent.GONE, DELETED, LAUNCHER)
            .build();

    public static final TransitionTable<BuildState, BuildEvent> BUILD = new TransitionTable.Builder<
                    BuildState, BuildEvent>("build")
            .create(BuildEvent.START, BuildState.BUILDING, BUILDER)
            .on(BuildState.BUILDING, BuildEvent.SUCCEED, BuildState.READY, BUILDER)
            .on(BuildState.BUILDING, BuildEvent.FAIL, BuildState.FAILED, BUILDER)
            .on(BuildEvent.DELETE, BuildState.DELETING, "builder or operator", List.of(BuildState.values()))
            .build();

    public static final TransitionTable<UploadState, UploadEvent> UPLOAD = new TransitionTable.Builder<
                    UploadState, UploadEvent>("upload")
            .create(UploadEvent.START, UploadState.UPLOADING, BUILDER)
            .on(UploadState.UPLOADING, UploadEvent.SUCCEED, UploadState.READY, BUILDER)
            .on(UploadState.UPLOADING, UploadEvent.FAIL, UploadState.FAILED, BUILDER)
            .on(UploadEvent.DELETE, UploadState.DELETING, "builder or operator", List.of(UploadState.values()))
            .build();

    private Lifecycle() {}
}
