package dev.nodepool.driver.conformance;

import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.ProviderDriver;
import java.util.function.BiFunction;

/**
 * A driver that does one thing wrong.
 *
 * @param what what it does
 * @param check where it has to be caught
 * @param said part of what the verdict says
 * @param impatient whether it takes short deadlines to see it, under which sound behaviour may look wrong, too
 */
record Defect(String what, Check check, String said, ProviderDriver driver, boolean impatient) {

    static Defect of(String what, Check check, String said, BiFunction<ToyCloud, ProviderContext, Provider> provider) {
        return new Defect(what, check, said, new ToyDriver(provider), false);
    }

    Defect impatiently() {
        return new Defect(what, check, said, driver, true);
    }

    @Override
    public String toString() {
        return check.id() + ": " + what;
    }
}
