package dev.nodepool.driver;

import java.time.InstantSource;
import java.util.concurrent.Executor;

/** What the core lends to a provider. Time and threads come from here, so that tests own them. */
public interface ProviderContext {

    /** Name of the provider in the configuration. */
    String provider();

    /** Wall clock. */
    InstantSource clock();

    /** Delayed actions; they run on {@link #executor()}. */
    Timer timer();

    /** Where blocking calls belong; bounded per provider. */
    Executor executor();

    /** To be told of each call to the cloud. */
    default CallMeter meter() {
        return CallMeter.NONE;
    }
}
