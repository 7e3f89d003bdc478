package dev.nodepool.runner.profile;

import java.io.IOException;
import java.util.List;

/** Looks at what all threads do, from its making until it is stopped. */
interface Profile {

    /**
     * Ends it.
     *
     * @return what was seen, for people, line by line
     * @throws IOException when the result can not be written; it is over all the same
     */
    List<String> stop() throws IOException;
}
