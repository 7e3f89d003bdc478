package dev.nodepool.driver.conformance;

import dev.nodepool.driver.conformance.Verdict.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * All verdicts of a run.
 *
 * @param leftovers what the kit made and could not remove, for people; somebody has to
 */
public record Report(List<Verdict> verdicts, List<String> leftovers) {

    public Report {
        verdicts = List.copyOf(verdicts);
        leftovers = List.copyOf(leftovers);
    }

    /** Whether every check that applies passed and nothing was left behind. */
    public boolean passed() {
        return leftovers.isEmpty() && verdicts.stream().allMatch(Verdict::good);
    }

    /** The checks that came out in this way. */
    public List<Check> checks(Outcome outcome) {
        return verdicts.stream()
                .filter(verdict -> verdict.outcome() == outcome)
                .map(Verdict::check)
                .toList();
    }

    /** Leftovers, and one line that says it all; for the verdicts themselves see {@link #toString}. */
    public List<String> summary() {
        var lines =
                new ArrayList<>(leftovers.stream().map("left behind: "::concat).toList());
        lines.add("%d passed, %d failed, %d unchecked, %d absent: %s"
                .formatted(
                        checks(Outcome.PASSED).size(),
                        checks(Outcome.FAILED).size(),
                        checks(Outcome.UNCHECKED).size(),
                        checks(Outcome.ABSENT).size(),
                        passed() ? "the driver conforms" : "the driver does not conform"));
        return lines;
    }

    /** Everything, a line per check. */
    @Override
    public String toString() {
        var lines = Stream.concat(verdicts.stream().map(Verdict::toString), summary().stream());
        return String.join("\n", lines.toList());
    }
}
