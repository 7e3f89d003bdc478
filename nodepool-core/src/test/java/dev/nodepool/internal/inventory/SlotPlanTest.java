package dev.nodepool.internal.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.Access;
import dev.nodepool.driver.Inventory.Host;
import dev.nodepool.internal.inventory.SlotPlan.Occupant;
import dev.nodepool.internal.inventory.SlotPlan.Slot;
import dev.nodepool.internal.inventory.SlotPlan.Wanted;
import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SlotPlanTest {

    private static final Map<String, Object> FIELDS = Map.of("type", List.of("a"), "python_path", "auto");

    private static Wanted host(String user, int slots) {
        return new Wanted(plain(user, slots), FIELDS, false);
    }

    private static Host plain(String user, int slots) {
        var access = new Access("ssh", 22, user, "auto", null);
        return new Host("main", "h", access, slots, List.of("a"), true, List.of(), Duration.ofSeconds(5));
    }

    private static Node node(String id, String state, @Nullable Integer slot) {
        var fields = new LinkedHashMap<String, @Nullable Object>(FIELDS);
        fields.put("state", state);
        fields.put("hostname", "h");
        fields.put("username", "ci");
        fields.put("connection_port", 22);
        fields.put("slot", slot);
        return new Node(id, new Document(fields));
    }

    private static Occupant free(String id, @Nullable Integer slot) {
        return new Occupant(node(id, "ready", slot), true, false);
    }

    private static Occupant used(String id, @Nullable Integer slot) {
        return new Occupant(node(id, "in-use", slot), false, false);
    }

    private static SlotPlan plan(Wanted host, Occupant... records) {
        return SlotPlan.of(List.of(host), List.of(records));
    }

    @Test
    void enteredSlotsNeedNothing() {
        var plan = plan(host("ci", 2), free("1", 0), used("2", 1));
        assertThat(plan).isEqualTo(new SlotPlan(List.of(), List.of(), List.of()));
    }

    @Test
    void slotsWithoutRecordAreVacant() {
        var host = host("ci", 3);
        assertThat(plan(host, used("1", 1)).vacant())
                .containsExactly(
                        new Slot(host.host().identity(), 0),
                        new Slot(host.host().identity(), 2));
    }

    @Test
    void ofTwoRecordsOfOneSlotTheUsedOneStaysElseTheOlder() {
        assertThat(plan(host("ci", 1), free("1", 0), used("2", 0)).retired()).containsExactly("1");
        assertThat(plan(host("ci", 1), free("2", 0), free("1", 0)).retired()).containsExactly("2");
        assertThat(plan(host("ci", 1), used("1", 0), used("2", 0)).retired()).isEmpty();
    }

    @Test
    void whatLeavesTakesNobodysPlaceButKeepsItsSlotUntilItIsGone() {
        var leaving = new Occupant(node("1", "deleting", 0), false, true);
        assertThat(plan(host("ci", 1), leaving, free("2", 0)).retired()).isEmpty();
        assertThat(plan(host("ci", 1), leaving).vacant()).isEmpty();
    }

    @Test
    void slotsBeyondTheHostsGoUnlessUsed() {
        assertThat(plan(host("ci", 1), free("1", 0), free("2", 1), used("3", 2)).retired())
                .containsExactly("2");
    }

    @Test
    void recordsWithoutSlotTakeTheFirstOnesAndTheRestGoes() {
        var plan = plan(host("ci", 3), used("1", 1), used("2", null), free("3", null), free("4", null));
        assertThat(plan.changes()).containsExactly(new SlotPlan.Change("3", Map.of("slot", 2)));
        assertThat(plan.retired()).containsExactly("4");
        assertThat(plan.vacant()).isEmpty();
    }

    @Test
    void whatBelongsToNoHostGoesUnlessUsed() {
        var plan = SlotPlan.of(List.of(), List.of(free("1", 0), used("2", 1)));
        assertThat(plan.retired()).containsExactly("1");
    }

    @Test
    void recordOfAHostWhoseUserChangedIsChangedOnceTheHostIsCheckedAndGoesWhenItFails() {
        var unchecked = new Wanted(plain("root", 1), null, false);
        assertThat(plan(unchecked, free("1", 0))).isEqualTo(new SlotPlan(List.of(), List.of(), List.of()));
        var up = new Wanted(plain("root", 1), Map.of("username", "root"), false);
        assertThat(plan(up, free("1", 0)).changes())
                .containsExactly(new SlotPlan.Change("1", Map.of("username", "root")));
        var down = new Wanted(plain("root", 1), null, true);
        assertThat(plan(down, free("1", 0)).retired()).containsExactly("1");
    }

    @Test
    void freeRecordsOfAHostThatFailsGo() {
        assertThat(plan(new Wanted(plain("ci", 2), null, true), free("1", 0), used("2", 1))
                        .retired())
                .containsExactly("1");
    }

    @Test
    void whatWasBeingBuiltCountsForNothing() {
        var building = new Occupant(node("1", "building", 0), false, false);
        assertThat(plan(host("ci", 1), building).vacant()).hasSize(1);
    }
}
