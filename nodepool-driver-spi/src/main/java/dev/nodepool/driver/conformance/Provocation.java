package dev.nodepool.driver.conformance;

import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Provider;

/**
 * A failure of the cloud that the author of a driver knows how to bring about, mostly in a fake one.
 *
 * @param call what is to fail
 * @param fault how the driver has to tell it
 * @param arrangement brings it about
 */
public record Provocation(Call call, Fault fault, Arrangement arrangement) {

    /** The calls that can be made to fail. */
    public enum Call {
        CREATE,
        DELETE,
        LIST,
        LIMITS
    }

    /** Makes calls fail until it is undone. */
    @FunctionalInterface
    public interface Arrangement {

        /**
         * Called before the call that is to fail; for a deletion a machine exists by then.
         *
         * @param provider the provider that is going to be called
         * @return undoes it
         */
        AutoCloseable begin(Provider provider) throws Exception;
    }

    @Override
    public String toString() {
        return call + " as " + fault;
    }
}
