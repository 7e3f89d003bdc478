package dev.nodepool.internal.inventory;

import dev.nodepool.driver.Instance.Addresses;
import java.util.List;

/** What is known of a host. */
sealed interface Standing {

    /** It is to be checked, for the first time or again. */
    record Unknown() implements Standing {}

    /**
     * It passed its check.
     *
     * @param hostKeys what its nodes are stored with, sorted
     * @param fresh whether that was just now, so that slots may be entered; an older answer only tells what records
     *     should look like
     */
    record Up(Addresses addresses, List<String> hostKeys, boolean fresh) implements Standing {

        public Up {
            hostKeys = hostKeys.stream().sorted().toList();
        }

        Up aged() {
            return new Up(addresses, hostKeys, false);
        }
    }

    /** It failed its check. */
    record Down(String why) implements Standing {}
}
