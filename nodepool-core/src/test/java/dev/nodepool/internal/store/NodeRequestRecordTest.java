package dev.nodepool.internal.store;

import static dev.nodepool.internal.store.StoreFixture.now;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.lifecycle.RequestEvent;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.model.Document;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.model.RequestState;
import dev.nodepool.testing.Behaviour;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What stands in the record of a request, and how requests come, change and go. */
class NodeRequestRecordTest {

    private static final NodeRequest.Order ORDER =
            new NodeRequest.Order(List.of("b", "a", "b"), "zuul", false, "north", 7, "tenant", "event1");

    private final StoreFixture fixture = new StoreFixture();
    private final RecordCache<NodeRequest> requests =
            fixture.ours.stores.requests().cache();

    private Entry<NodeRequest> submitted() {
        return now(fixture.ours
                .stores
                .requests()
                .create("100-", NodeRequest.ordered(ORDER, 1.5), RequestEvent.SUBMIT, Mode.EPHEMERAL_SEQUENTIAL));
    }

    private Document stored(String id) throws Json.Unreadable {
        return Json.read(now(fixture.other.get(Layout.request(id))).data());
    }

    private Held<NodeRequest> accepted(Entry<NodeRequest> entry) {
        return now(fixture.ours.stores.requests().claim(entry, RequestEvent.ACCEPT, Map.of()));
    }

    @Test
    @Behaviour("Z73")
    void everyFieldIsStoredUnderItsNameAndTheIdIsNone() throws Exception {
        assertThat(stored(submitted().id()).fields())
                .containsEntry("state", "requested")
                .containsEntry("state_time", fixture.threads().now())
                .containsEntry("node_types", List.of("b", "a", "b"))
                .containsEntry("nodes", List.of())
                .containsEntry("declined_by", List.of())
                .containsEntry("reuse", false)
                .containsEntry("requestor", "zuul")
                .containsEntry("provider", "north")
                .containsEntry("relative_priority", 7)
                .containsEntry("tenant_name", "tenant")
                .containsEntry("event_id", "event1")
                .doesNotContainKey("id");
    }

    @Test
    @Behaviour({"Z53", "Z74"})
    void newRequestGetsAnIdAndIsReadBackAsItWas() throws Exception {
        var made = submitted();
        assertThat(made.id()).isEqualTo("100-0000000000");
        var request = new NodeRequest(made.id(), stored(made.id()));
        assertThat(request).isEqualTo(made.record());
        assertThat(request.state()).isEqualTo(RequestState.REQUESTED);
        assertThat(request.labels()).containsExactly("b", "a", "b");
        assertThat(request.nodes()).isEmpty();
        assertThat(request.declinedBy()).isEmpty();
        assertThat(request.reuse()).isFalse();
        assertThat(request.requestor()).isEqualTo("zuul");
        assertThat(request.provider()).contains("north");
        assertThat(request.relativePriority()).isEqualTo(7);
        assertThat(request.tenant()).isEqualTo("tenant");
        assertThat(request.eventId()).isEqualTo("event1");
    }

    @Test
    @Behaviour("Z54")
    void changedRequestIsReadBackAsItWasWritten() throws Exception {
        var held = accepted(submitted());
        held = now(fixture.ours.stores.requests().update(held, Map.of("declined_by", List.of("l1"))));
        assertThat(new NodeRequest(held.id(), stored(held.id()))).isEqualTo(held.record());
        assertThat(held.record().state()).isEqualTo(RequestState.PENDING);
        assertThat(held.record().declinedBy()).containsExactly("l1");
        assertThat(requests.get(held.id()).record()).isEqualTo(held.record());
    }

    @Test
    @Behaviour({"Z41", "Z63"})
    void copyHoldsAllRequestsThereAre() {
        assertThat(fixture.ours.stores.caughtUp()).isTrue();
        assertThat(requests.all()).isEmpty();
        submitted();
        submitted();
        assertThat(requests.all()).extracting(Entry::id).containsExactlyInAnyOrder("100-0000000000", "100-0000000001");
    }

    @Test
    @Behaviour({"Z43", "Z44"})
    void requestIsFoundUnderItsIdAndAnotherIsNot() {
        var id = submitted().id();
        assertThat(requests.get(id).record().id()).isEqualTo(id);
        assertThat(requests.get("100-0000000099")).isNull();
        assertThat(requests.mayExist("100-0000000099")).isFalse();
    }

    @Test
    @Behaviour("Z55")
    void removedRequestIsGoneWithItsLock() {
        var held = accepted(submitted());
        now(fixture.ours.stores.requests().remove(held, RequestEvent.RELEASE));
        assertThat(now(fixture.other.children(Layout.REQUESTS))).isEmpty();
        assertThat(now(fixture.other.children(Layout.REQUEST_LOCKS))).isEmpty();
        assertThat(requests.all()).isEmpty();
    }

    @Test
    @Behaviour({"Z60", "Z61", "Z62"})
    void lockDirectoriesAreKnownAndTellTheirAge() {
        var locked = accepted(submitted());
        submitted();
        now(fixture.other.create(Layout.requestLock("200-gone"), new byte[0], Mode.PERSISTENT));
        assertThat(requests.lockDirectories()).containsExactlyInAnyOrder(locked.id(), "200-gone");
        assertThat(requests.lockDirectories())
                .allSatisfy(id -> assertThat(now(fixture.ours.stores.tree().exists(Layout.requestLock(id))))
                        .hasValueSatisfying(stat -> assertThat(stat.ctimeMillis())
                                .isEqualTo(fixture.time.instant().toEpochMilli())));
    }

    @Test
    @Behaviour("Z64")
    void lockOutlivesItsRequestUntilItIsRemovedItself() {
        var held = accepted(submitted());
        now(fixture.other.delete(Layout.request(held.id()), -1));
        now(fixture.ours.stores.requests().release(held));
        assertThat(requests.get(held.id())).isNull();
        assertThat(requests.lockDirectories()).containsExactly(held.id());
        now(fixture.ours.stores.locks().removeOwnDirectory(Layout.requestLock(held.id())));
        assertThat(requests.lockDirectories()).isEmpty();
        assertThat(now(fixture.other.children(Layout.REQUEST_LOCKS))).isEmpty();
    }
}
