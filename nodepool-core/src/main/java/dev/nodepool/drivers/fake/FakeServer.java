package dev.nodepool.drivers.fake;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.Instance.Addresses;
import java.util.Map;

/**
 * An instance of the fake cloud. Its state follows from the clock, so it goes on when the process that made it is gone.
 *
 * @param image what it boots from, for people
 * @param addresses what it has once it is up
 * @param hostKeys whether it tells its host keys itself
 * @param createdAt milliseconds since 1970
 * @param usableAt milliseconds since 1970, {@link #NEVER} for an instance that does not come up
 * @param broken whether it ends in an error instead of coming up
 * @param goneAt milliseconds since 1970, {@link #NEVER} while nobody deleted it
 */
record FakeServer(
        String id,
        String name,
        String zone,
        String image,
        Amounts amounts,
        Map<String, String> metadata,
        Addresses addresses,
        boolean hostKeys,
        long createdAt,
        long usableAt,
        boolean broken,
        long goneAt) {

    static final long NEVER = Long.MAX_VALUE;

    enum Status {
        BUILD,
        ACTIVE,
        ERROR,
        DELETING,
        GONE
    }

    FakeServer {
        metadata = Map.copyOf(metadata);
    }

    Status statusAt(long now) {
        if (goneAt != NEVER) {
            return goneAt <= now ? Status.GONE : Status.DELETING;
        }
        if (usableAt > now) {
            return Status.BUILD;
        }
        return broken ? Status.ERROR : Status.ACTIVE;
    }

    FakeServer goneAt(long instant) {
        return new FakeServer(
                id, name, zone, image, amounts, metadata, addresses, hostKeys, createdAt, usableAt, broken, instant);
    }
}
