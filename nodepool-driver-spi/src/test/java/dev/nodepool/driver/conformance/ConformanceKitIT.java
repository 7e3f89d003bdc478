package dev.nodepool.driver.conformance;

import static java.util.concurrent.CompletableFuture.failedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.conformance.Provocation.Call;
import dev.nodepool.driver.conformance.Verdict.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Execution(ExecutionMode.CONCURRENT)
class ConformanceKitIT {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Patience PATIENT = new Patience(Duration.ofSeconds(5), LONG, LONG, Optional.of(LONG));
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Patience IMPATIENT =
            new Patience(Duration.ofMillis(50), SHORT, SHORT, Optional.of(Duration.ofSeconds(2)));

    @AfterAll
    static void release() {
        DefectiveSurroundings.END.countDown();
    }

    static Stream<Defect> defects() {
        return Stream.of(DefectiveMachines.all(), DefectiveCalls.all(), DefectiveSurroundings.all())
                .flatMap(defects -> defects);
    }

    private static Scratch scratch(ProviderDriver driver, Patience patience) {
        return Scratch.of(driver, ToyDriver.SECTION)
                .patience(patience)
                .provoking(new Provocation(Call.CREATE, Fault.QUOTA_EXCEEDED, provider -> {
                    var cloud = ((ToyProvider) provider).cloud;
                    cloud.refusal = Optional.of(new DriverException(Fault.QUOTA_EXCEEDED, "full"));
                    return () -> cloud.refusal = Optional.empty();
                }));
    }

    @Test
    void passesADriverThatDoesEverythingRight() {
        var driver = new ToyDriver(ToyProvider::new);
        var told = new ArrayList<Verdict>();

        var report = ConformanceKit.check(scratch(driver, PATIENT), told::add);

        assertThat(report.passed()).as(report.toString()).isTrue();
        assertThat(told).isEqualTo(report.verdicts()).hasSameSizeAs(Check.values());
        assertThat(report.checks(Outcome.ABSENT)).containsExactly(Check.HOSTS, Check.PROBE, Check.PROBE_FAILURE);
        assertThat(driver.cloud.machines).isEmpty();
        assertThat(driver.cloud.volumes).isEmpty();
        assertThat(driver.cloud.images).isEmpty();
    }

    @Test
    void asksNothingForMachinesOfAProviderThatLendsSome() {
        var driver = new ToyDriver(ToyInventory::new);

        var report = ConformanceKit.check(Scratch.of(driver, ToyDriver.SECTION).patience(PATIENT), verdict -> {});

        assertThat(report.passed()).as(report.toString()).isTrue();
        assertThat(report.checks(Outcome.PASSED))
                .containsExactly(
                        Check.SETTINGS,
                        Check.OPEN,
                        Check.CALLERS,
                        Check.HOSTS,
                        Check.PROBE,
                        Check.PROBE_FAILURE,
                        Check.CLOSE,
                        Check.THREADS);
        assertThat(driver.cloud.volumes).as("machines were made").isEmpty();
    }

    @ParameterizedTest
    @MethodSource("defects")
    void catchesADefect(Defect defect) {
        try (var kit = new ConformanceKit(scratch(defect.driver(), defect.impatient() ? IMPATIENT : PATIENT))) {
            var verdict = kit.check(defect.check());

            assertThat(verdict.outcome()).as(verdict.toString()).isEqualTo(Outcome.FAILED);
            assertThat(verdict.text()).contains(defect.said());
            assertThat(verdict.good()).isFalse();
        }
    }

    @Test
    void blamesADefectOnNothingElse() throws Exception {
        var patientDefects = defects().filter(defect -> !defect.impatient()).toList();
        var runs = Executors.newFixedThreadPool(patientDefects.size());
        try {
            for (var run : runs.invokeAll(patientDefects.stream()
                    .<Callable<Runnable>>map(defect -> () -> blamed(defect))
                    .toList())) {
                run.get().run();
            }
        } finally {
            runs.shutdownNow();
        }
    }

    /** All checks but that of threads, which looks at the whole process. */
    private static Runnable blamed(Defect defect) {
        var verdicts = new ArrayList<Verdict>();
        try (var kit = new ConformanceKit(scratch(defect.driver(), PATIENT))) {
            for (var check : EnumSet.complementOf(EnumSet.of(Check.THREADS))) {
                verdicts.add(kit.check(check));
            }
        }
        return () -> assertThat(verdicts)
                .as(defect.toString())
                .filteredOn(verdict -> !verdict.good())
                .singleElement()
                .satisfies(verdict -> assertThat(verdict.check()).isEqualTo(defect.check()))
                .satisfies(verdict -> assertThat(verdict.outcome()).isEqualTo(Outcome.FAILED));
    }

    @Test
    void knowsADefectForEveryCheck() {
        assertThat(defects().map(Defect::check).collect(Collectors.toSet())).isEqualTo(EnumSet.allOf(Check.class));
    }

    @Test
    void tellsWhatItCouldNotLookAtAndWhy() {
        var refusing = new ToyDriver(ToyProvider::new);
        refusing.cloud.refusal = Optional.of(new DriverException(Fault.UNAUTHORIZED, "wrong password"));
        try (var kit =
                new ConformanceKit(Scratch.of(refusing, ToyDriver.SECTION).patience(PATIENT))) {
            assertThat(kit.check(Check.CREATE).outcome()).isEqualTo(Outcome.FAILED);

            var deletion = kit.check(Check.DELETE);

            assertThat(deletion.outcome()).isEqualTo(Outcome.UNCHECKED);
            assertThat(deletion.toString()).startsWith("unchecked  delete ").contains("UNAUTHORIZED: wrong password");
            assertThat(deletion.good()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "UNAUTHORIZED"})
    void checksNothingInACloudThatIsNotReached(Fault fault) {
        var driver = new ToyDriver((cloud, context) ->
                listing(cloud, context, failedFuture(new DriverException(fault, "nobody answers"))));
        var told = new ArrayList<Verdict>();

        var report = ConformanceKit.check(scratch(driver, PATIENT), told::add);

        assertThat(told).isEqualTo(report.verdicts());
        assertThat(report.checks(Outcome.UNCHECKED)).containsExactly(Check.values());
        assertThat(told)
                .extracting(Verdict::text)
                .containsOnly("the cloud is not reached: " + fault + ": nobody answers");
        assertThat(report.passed()).isFalse();
        assertThat(driver.cloud.volumes).as("machines were made").isEmpty();
    }

    @Test
    void waitsBrieflyForACloudThatDoesNotAnswer() {
        var never = new CompletableFuture<Listing<Instance>>();
        var driver = new ToyDriver((cloud, context) -> listing(cloud, context, never));

        try (var kit = new ConformanceKit(scratch(driver, IMPATIENT))) {
            assertThat(kit.unreachable()).contains("the cloud is not reached: list() did not answer within 1000 ms");
        }

        assertThat(never).as("given up").isCancelled();
    }

    @Test
    void leavesOtherFaultsOfTheListingToTheChecks() {
        var failing = new ToyDriver((cloud, context) ->
                listing(cloud, context, failedFuture(new DriverException(Fault.UNEXPECTED, "not understood"))));

        try (var kit = new ConformanceKit(scratch(failing, PATIENT))) {
            assertThat(kit.unreachable()).isEmpty();
        }
    }

    private static ToyProvider listing(
            ToyCloud cloud, ProviderContext context, CompletableFuture<Listing<Instance>> answer) {
        return new ToyProvider(cloud, context) {
            @Override
            public CompletableFuture<Listing<Instance>> list() {
                return answer;
            }
        };
    }

    @Test
    void tellsWhatItCouldNotRemove() {
        var defect = DefectiveCalls.all()
                .filter(one -> one.check() == Check.DELETE)
                .findFirst()
                .orElseThrow();

        try (var kit = new ConformanceKit(scratch(defect.driver(), IMPATIENT))) {
            kit.check(Check.CREATE);
            var report = new Report(List.of(kit.check(Check.SETTINGS)), kit.clean());

            assertThat(report.passed()).isFalse();
            assertThat(report.leftovers()).singleElement().asString().startsWith("machine ");
            assertThat(report.summary())
                    .last()
                    .isEqualTo("1 passed, 0 failed, 0 unchecked, 0 absent: the driver does not conform");
        }
    }
}
