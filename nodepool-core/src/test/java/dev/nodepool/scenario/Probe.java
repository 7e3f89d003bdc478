package dev.nodepool.scenario;

import dev.nodepool.internal.tree.MemoryTree;
import dev.nodepool.internal.tree.MemoryTree.Interceptor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Sees every call a launcher makes, on the tree and on the cloud, and can let the launcher die or the answer be lost. */
final class Probe implements Interceptor {

    /** One call to the tree or to the cloud, at one of its two moments. */
    record Point(String call, boolean before) {}

    private final List<MemoryTree.Call> calls = new ArrayList<>();
    private final List<Point> points = new ArrayList<>();
    private Consumer<Point> onPoint = point -> {};
    private Predicate<MemoryTree.Call> lostBefore = call -> false;
    private Predicate<MemoryTree.Call> lostAfter = call -> false;
    private Consumer<MemoryTree.Call> onCall = call -> {};
    private Consumer<MemoryTree.Call> onAnswer = call -> {};
    private boolean remembers = true;

    /** Told of every moment at which a launcher could die. */
    void onPoint(Consumer<Point> action) {
        onPoint = action;
    }

    /** Told of every call to the tree before it takes effect. */
    void onCall(Consumer<MemoryTree.Call> action) {
        onCall = action;
    }

    /** Told of every call to the tree once it has taken effect or was refused. */
    void onAnswer(Consumer<MemoryTree.Call> action) {
        onAnswer = action;
    }

    /** Keeps no list of what it saw: for long runs. */
    void forgetful() {
        remembers = false;
        forget();
    }

    /** Loses, without effect, the calls that match. */
    void loseBefore(Predicate<MemoryTree.Call> which) {
        lostBefore = which;
    }

    /** Loses, after their effect, the answers of the calls that match. */
    void loseAfter(Predicate<MemoryTree.Call> which) {
        lostAfter = which;
    }

    /** All calls to the tree so far. */
    List<MemoryTree.Call> calls() {
        return List.copyOf(calls);
    }

    List<MemoryTree.Call> writes() {
        return calls.stream().filter(call -> !call.operations().isEmpty()).toList();
    }

    void forget() {
        calls.clear();
        points.clear();
    }

    void reached(String call, boolean before) {
        var point = new Point(call, before);
        if (remembers) {
            points.add(point);
        }
        onPoint.accept(point);
    }

    @Override
    public Fate before(MemoryTree.Call call) {
        if (remembers) {
            calls.add(call);
        }
        onCall.accept(call);
        reached(call.name() + " " + call.path(), true);
        return lostBefore.test(call) ? Fate.LOSE : Fate.PASS;
    }

    @Override
    public Fate after(MemoryTree.Call call) {
        onAnswer.accept(call);
        reached(call.name() + " " + call.path(), false);
        return lostAfter.test(call) ? Fate.LOSE : Fate.PASS;
    }
}
