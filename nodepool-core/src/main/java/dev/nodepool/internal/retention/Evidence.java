package dev.nodepool.internal.retention;

import java.util.List;

/**
 * What there is to judge on.
 *
 * @param sights everything of ours that a complete listing showed
 * @param everything whether all kinds were listed; otherwise only machines were, and nothing is known of the rest
 * @param records where the records are
 */
public record Evidence(List<Sight> sights, boolean everything, Records records) {

    public Evidence {
        sights = List.copyOf(sights);
    }

    /**
     * How the place of the records came to be.
     *
     * @param made number of the transaction that made it
     * @param installed number of the transaction that began this installation, which is later; 0 when it is gone
     * @param empty whether it holds no record at all
     */
    public record Records(long made, long installed, boolean empty) {

        /** Whether it was made anew since: then records were lost, however many there are by now. */
        boolean madeAnew(long trusted) {
            return made > installed && made != trusted;
        }
    }

    /** Whether a thing would have been seen if it were there. */
    boolean covers(Thing thing) {
        return everything || thing.machine();
    }
}
