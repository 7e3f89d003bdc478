package dev.nodepool.driver.conformance;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.conformance.Check.Ability;
import dev.nodepool.driver.conformance.Verdict.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks a driver against the promises of the SPI.
 *
 * <pre>{@code
 * Report report = ConformanceKit.check(Scratch.of(new MyDriver(), section), System.out::println);
 * report.summary().forEach(System.out::println);
 * }</pre>
 *
 * <p>Each check opens a provider of its own and removes what it made. A run makes up to eight machines at a time and some
 * thirty in all. Not thread-safe.
 */
public final class ConformanceKit implements AutoCloseable {

    private static final Duration REACHED_WITHIN = Duration.ofSeconds(30);
    private static final Set<Fault> NOT_REACHED = EnumSet.of(Fault.UNAVAILABLE, Fault.UNAUTHORIZED);

    private final Scratch scratch;
    private final KitThreads threads = new KitThreads();
    private final String installation = "conformance-" + UUID.randomUUID();
    private @Nullable Set<Ability> abilities;

    public ConformanceKit(Scratch scratch) {
        this.scratch = scratch;
    }

    /**
     * Runs all checks; none, and all are unchecked, when the cloud is {@link #unreachable}.
     *
     * @param told gets each verdict when it is known
     */
    public static Report check(Scratch scratch, Consumer<Verdict> told) {
        try (var kit = new ConformanceKit(scratch)) {
            var verdicts = new ArrayList<Verdict>();
            var unreachable = kit.unreachable();
            if (unreachable.isPresent()) {
                for (var check : Check.values()) {
                    verdicts.add(new Verdict(check, Outcome.UNCHECKED, unreachable.get(), Optional.empty()));
                }
                verdicts.forEach(told);
                return new Report(verdicts, List.of());
            }
            for (var check : Check.values()) {
                var verdict = kit.check(check);
                verdicts.add(verdict);
                told.accept(verdict);
            }
            return new Report(verdicts, kit.clean());
        }
    }

    /**
     * Asks the cloud one question. Without an answer each check, and the removal of what is not there, would wait in vain
     * for as long as the launcher grants.
     *
     * @return why the cloud can not be asked: it does not answer within half a minute, or refuses the credentials; empty
     *     when it can be, and for a provider that does not open or has no cloud to ask, of which the checks tell
     */
    public Optional<String> unreachable() {
        var bench = bench();
        try {
            if (bench.inventory().isPresent()) {
                return Optional.empty();
            }
            var provider = bench.provider();
            var limit = REACHED_WITHIN.compareTo(bench.patience.call()) < 0 ? REACHED_WITHIN : bench.patience.call();
            var answer = bench.calls.future("list()", limit, provider::list);
            if (!Calls.ends(answer, limit)) {
                answer.cancel(true);
                return Optional.of("the cloud is not reached: list() did not answer within " + Calls.text(limit));
            }
            return answer.handle((listing, failure) -> Optional.ofNullable(failure))
                    .join()
                    .map(DriverException::from)
                    .filter(failure -> NOT_REACHED.contains(failure.fault()))
                    .map(failure -> "the cloud is not reached: " + failure.fault() + ": " + failure.getMessage());
        } catch (RuntimeException e) {
            // Each check then tells it with its own words.
            return Optional.empty();
        } finally {
            bench.end();
        }
    }

    /** The checks that make sense for what the provider can do; all of them when it does not even open. */
    public List<Check> applicable() {
        return List.of(Check.values()).stream()
                .filter(check -> abilities().contains(check.ability()))
                .toList();
    }

    /** Runs one check. */
    public Verdict check(Check check) {
        if (!abilities().contains(check.ability())) {
            return new Verdict(check, Outcome.ABSENT, "the provider has nothing of the kind", Optional.empty());
        }
        var bench = bench();
        try {
            Procedure.of(check).run(bench);
            return new Verdict(check, Outcome.PASSED, "", Optional.empty());
        } catch (NotChecked e) {
            return new Verdict(check, Outcome.UNCHECKED, text(e), Optional.ofNullable(e.getCause()));
        } catch (CheckFailure e) {
            return new Verdict(check, Outcome.FAILED, text(e), Optional.ofNullable(e.getCause()));
        } catch (Exception | LinkageError | AssertionError e) {
            return new Verdict(check, Outcome.FAILED, "threw " + e, Optional.of(e));
        } finally {
            bench.end();
        }
    }

    /**
     * Looks for what the checks made, and removes it.
     *
     * @return what is still there, for people
     */
    public List<String> clean() {
        var left = new ArrayList<String>();
        var bench = bench();
        try {
            var cleaning = new Cleaning(bench);
            if (abilities().contains(Ability.MACHINES)) {
                left.addAll(cleaning.machines(List.of()));
                left.addAll(cleaning.resources());
            }
            if (abilities().contains(Ability.IMAGES)) {
                left.addAll(cleaning.images());
            }
        } catch (NotChecked e) {
            left.add("perhaps anything: " + e.getMessage());
        } finally {
            bench.end();
        }
        return left;
    }

    @Override
    public void close() {
        threads.close();
    }

    private Bench bench() {
        return new Bench(scratch, threads, installation);
    }

    private Set<Ability> abilities() {
        if (abilities == null) {
            abilities = asked();
        }
        return abilities;
    }

    private Set<Ability> asked() {
        var found = EnumSet.of(Ability.ANY);
        var bench = bench();
        try {
            found.add(bench.inventory().isPresent() ? Ability.INVENTORY : Ability.MACHINES);
            if (bench.provider().images().isPresent()
                    && !bench.settings().images().isEmpty()) {
                found.add(Ability.IMAGES);
            }
            if (!scratch.provocations.isEmpty()) {
                found.add(Ability.PROVOCATIONS);
            }
        } catch (RuntimeException e) {
            // Each check then tells it with its own words.
            return EnumSet.allOf(Ability.class);
        } finally {
            bench.end();
        }
        return found;
    }

    private static String text(Throwable failure) {
        return String.valueOf(failure.getMessage());
    }
}
