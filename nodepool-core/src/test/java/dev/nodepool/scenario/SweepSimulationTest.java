package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.LeakableResource;
import dev.nodepool.driver.LeakableResource.Ground;
import dev.nodepool.internal.recycle.SweepOrders;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeState;
import dev.nodepool.scenario.Extras.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random worlds: users, leaks of all kinds, foreign things, lists that fail, things that can not be deleted, launchers that
 * die, records that are lost. After every step nothing has gone that should not, and in the end everything that should.
 */
class SweepSimulationTest extends SweepBase {

    private static final int STEPS = 60;
    private static final String CONFIG = config("instances: 300, cores: 3000, ram: 3000000");

    /** The longest pause after a failed deletion, and time for the searches before and after it. */
    private static final Duration ALL_SWEPT = Duration.ofMinutes(75);

    private final List<Scenario.Running> launchers = new ArrayList<>();
    private final Set<String> foreign = new HashSet<>();
    private final Set<String> leaks = new HashSet<>();
    private final Set<String> orphans = new HashSet<>();
    private final Set<String> keptResources = new HashSet<>();
    private final Set<String> leakedResources = new HashSet<>();
    private final List<String> requests = new ArrayList<>();
    private SplittableRandom random = new SplittableRandom();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void onlyLeaksGoAndAllOfThem(long seed) {
        random = new SplittableRandom(seed);
        launchers.add(scenario.launcher(CONFIG));
        for (var step = 0; step < STEPS; step++) {
            var what = act();
            scenario.pass(Duration.ofSeconds(random.nextInt(1, 90)));
            check("seed " + seed + ", step " + step + ": " + what);
        }
        calm();
        scenario.pass(ALL_SWEPT);
        check("seed " + seed + ", in the end");
        confirmWhatIsHeldBack();
        scenario.pass(ALL_SWEPT);
        orphans.clear();
        check("seed " + seed + ", confirmed");
        assertThat(machineIds()).isEqualTo(all(foreign, machinesOfRecords()));
        assertThat(resourceIds()).doesNotContainAnyElementsOf(leakedResources);
    }

    private void calm() {
        scenario.cloud.extras.answer(Answer.COMPLETE);
        scenario.cloud.extras.machinesCutShort(false);
        scenario.cloud.extras.loosen();
        ask();
    }

    private void confirmWhatIsHeldBack() {
        if (!scenario.document(Layout.sweep(PROVIDER)).text("frozen").orElse("").isEmpty()) {
            scenario.await(SweepOrders.confirm(scenario.user, PROVIDER, "somebody", 0));
        }
    }

    private String act() {
        return switch (random.nextInt(14)) {
            case 0, 1, 2 -> ask();
            case 3 -> giveBack();
            case 4, 5 -> leak();
            case 6 -> foreignMachine();
            case 7 -> leakedResource();
            case 8 -> keptResource();
            case 9 -> replaceLauncher();
            case 10 -> disturbLists();
            case 11 -> stick();
            case 12 -> random.nextInt(3) == 0 ? loseRecords() : ask();
            default -> "nothing";
        };
    }

    private String ask() {
        requests.add(scenario.ask(random.nextBoolean() ? new String[] {"a"} : new String[] {"a", "b"}));
        return "ask";
    }

    private String giveBack() {
        var done = requests.stream()
                .filter(id -> scenario.names(Layout.REQUESTS).contains(id)
                        && scenario.state(id).equals("fulfilled"))
                .findFirst();
        done.ifPresent(id -> {
            requests.remove(id);
            scenario.giveBack(scenario.accept(id));
        });
        return "give back";
    }

    private String leak() {
        var nodes = scenario.names(Layout.NODES);
        var marks = marks(
                switch (random.nextInt(4)) {
                    case 0 -> "";
                    case 1 -> "../../zookeeper";
                    case 2 -> nodes.isEmpty() ? "0000005555" : nodes.get(random.nextInt(nodes.size()));
                    default -> "0000007777";
                });
        if (random.nextInt(5) == 0) {
            marks.remove(LaunchSpec.NODE_ID);
        }
        leaks.add(machine(marks));
        return "leak";
    }

    private Map<String, String> foreignMarks() {
        var marks = marks();
        switch (random.nextInt(3)) {
            case 0 -> marks.clear();
            case 1 -> marks.put(LaunchSpec.INSTALLATION, "elsewhere");
            default -> marks.put(LaunchSpec.PROVIDER, "fake-two");
        }
        return marks;
    }

    private String foreignMachine() {
        foreign.add(machine(foreignMarks()));
        return "foreign machine";
    }

    private String leakedResource() {
        var resource = random.nextBoolean()
                ? resource("volumes", Ground.MARKS, marks("no node"), Optional.of("gone"))
                : resource("ports", Ground.DRIVER_RULE, Map.of(), Optional.empty());
        leakedResources.add(resource.id().toString());
        return "leaked resource";
    }

    private String keptResource() {
        var others = foreign.stream().sorted().findFirst();
        var resource = random.nextBoolean() || others.isEmpty()
                ? resource("volumes", Ground.MARKS, foreignMarks(), Optional.empty())
                : resource("ports", Ground.DRIVER_RULE, Map.of(), others);
        keptResources.add(resource.id().toString());
        return "kept resource";
    }

    private String replaceLauncher() {
        if (launchers.size() == 2 || random.nextBoolean()) {
            launchers.remove(random.nextInt(launchers.size())).kill();
        }
        launchers.add(scenario.launcher(CONFIG));
        return "replace a launcher";
    }

    private String disturbLists() {
        var answers = Answer.values();
        scenario.cloud.extras.answer(answers[random.nextInt(answers.length)]);
        scenario.cloud.extras.machinesCutShort(random.nextInt(3) == 0);
        return "disturb lists";
    }

    private String stick() {
        if (random.nextInt(3) == 0) {
            scenario.cloud.extras.loosen();
            return "loosen";
        }
        leaks.stream().sorted().findFirst().ifPresent(scenario.cloud.extras::stick);
        leakedResources.stream().sorted().findFirst().ifPresent(scenario.cloud.extras::stick);
        return "stick";
    }

    /** Somebody empties the tree, or makes it anew; what ran then is at work, and not to be touched. */
    private String loseRecords() {
        scenario.cloud.extras.machinesCutShort(false);
        for (var request : List.copyOf(scenario.names(Layout.REQUESTS))) {
            scenario.await(scenario.user.delete(Layout.request(request), -1));
        }
        requests.clear();
        // So few that their share alone raises no doubt.
        scenario.nodes().stream()
                .skip(3)
                .forEach(node -> scenario.await(scenario.user.set(
                        Layout.node(node.id()), Json.write(node.doc().with("state", "used")), -1)));
        scenario.pass(Duration.ofMinutes(5));
        orphans.addAll(machinesOfRecords());
        wipeNodes();
        if (random.nextBoolean()) {
            scenario.await(scenario.user.delete(Layout.NODES, -1));
            scenario.await(scenario.user.create(Layout.NODES, new byte[0], Mode.PERSISTENT));
            ask();
            return "make the records anew, and one more";
        }
        // Long enough for a search, whose pauses grow while lists fail.
        scenario.pass(Duration.ofMinutes(11));
        return "empty the records";
    }

    private Set<String> machinesOfRecords() {
        return scenario.nodes().stream()
                .filter(node -> Set.of(NodeState.READY, NodeState.IN_USE, NodeState.HOLD)
                        .contains(node.state()))
                .map(Node::externalId)
                .map(String::valueOf)
                .collect(Collectors.toSet());
    }

    private Set<String> resourceIds() {
        return resources().stream()
                .map(LeakableResource::id)
                .map(Object::toString)
                .collect(Collectors.toSet());
    }

    private static Set<String> all(Set<String> some, Set<String> more) {
        var all = new HashSet<>(some);
        all.addAll(more);
        return all;
    }

    private void check(String when) {
        assertThat(machineIds())
                .as(when)
                .containsAll(foreign)
                .containsAll(orphans)
                .containsAll(machinesOfRecords());
        assertThat(resourceIds()).as(when).containsAll(keptResources);
    }
}
