package dev.nodepool.internal.store;

/** Where things are in ZooKeeper. */
public final class Layout {

    public static final String ROOT = "/nodepool";
    public static final String REQUESTS = ROOT + "/requests";
    public static final String REQUEST_LOCKS = ROOT + "/requests-lock";
    public static final String NODES = ROOT + "/nodes";
    public static final String IMAGES = ROOT + "/images";
    public static final String LAUNCHERS = ROOT + "/launchers";
    public static final String COMPONENTS = ROOT + "/components";
    public static final String POOL_COMPONENTS = COMPONENTS + "/pool";
    public static final String LAUNCHER_COMPONENTS = COMPONENTS + "/launcher";

    /** Root of what only this implementation reads. */
    public static final String OURS = "/nodepool-java";

    public static final String INSTALLATION = OURS + "/installation";
    public static final String OUR_LAUNCHERS = OURS + "/launchers";
    public static final String MIN_READY_LOCKS = OURS + "/min-ready";
    public static final String INVENTORY_LOCKS = OURS + "/inventory";

    /** How the search for leaks stands, and below it who searches and what a person ordered. */
    public static final String SWEEPS = OURS + "/sweep";

    /** Which providers, and below them which pools, are to take nothing new. */
    public static final String DRAINS = OURS + "/drain";

    /** Who tells the figures that are the same for all launchers; Python's election, too. */
    public static final String STATS_ELECTION = ROOT + "/elections/stats";

    private Layout() {}

    public static String sweep(String provider) {
        return SWEEPS + "/" + provider;
    }

    public static String sweepLock(String provider) {
        return sweep(provider) + "/lock";
    }

    public static String sweepOrder(String provider) {
        return sweep(provider) + "/confirm";
    }

    public static String drain(String provider) {
        return DRAINS + "/" + provider;
    }

    public static String node(String id) {
        return NODES + "/" + id;
    }

    public static String nodeLock(String id) {
        return NODES + "/" + id + "/lock";
    }

    public static String request(String id) {
        return REQUESTS + "/" + id;
    }

    public static String requestLock(String id) {
        return REQUEST_LOCKS + "/" + id;
    }
}
