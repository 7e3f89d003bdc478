package dev.nodepool.driver.conformance.junit;

import dev.nodepool.driver.conformance.ConformanceKit;
import dev.nodepool.driver.conformance.Scratch;
import dev.nodepool.driver.conformance.Verdict;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * One test per check of the kit that makes sense for the provider, and one that nothing was left behind. To be extended:
 *
 * <pre>{@code
 * class MyDriverConformanceIT implements ConformanceTests {
 *     public Scratch scratch() {
 *         return Scratch.of(new MyDriver(), Map.of("name", "mine", …));
 *     }
 * }
 * }</pre>
 */
public interface ConformanceTests {

    /** What to check; asked once per run. */
    Scratch scratch() throws Exception;

    /**
     * The tests, which belong together and run in their order.
     *
     * @throws IllegalStateException when the cloud is not reached
     */
    @TestFactory
    default Stream<DynamicTest> conforms() throws Exception {
        var kit = new ConformanceKit(scratch());
        var unreachable = kit.unreachable();
        if (unreachable.isPresent()) {
            kit.close();
            throw new IllegalStateException(unreachable.get());
        }
        var checks = kit.applicable().stream()
                .map(check ->
                        DynamicTest.dynamicTest(check.id() + ": " + check.demand(), () -> good(kit.check(check))));
        var nothingLeft = DynamicTest.dynamicTest("nothing is left behind", () -> {
            var left = kit.clean();
            if (!left.isEmpty()) {
                throw new AssertionError("left behind: " + left);
            }
        });
        return Stream.concat(checks, Stream.of(nothingLeft)).onClose(kit::close);
    }

    private static void good(Verdict verdict) {
        if (!verdict.good()) {
            throw new AssertionError(verdict.toString(), verdict.cause().orElse(null));
        }
    }
}
