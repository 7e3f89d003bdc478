package dev.nodepool.view;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a launcher is fully started, and what a person should know of its configuration.
 *
 * @param ready true once every configured provider is started; stays true
 * @param waitingFor what start-up still waits for, for people, e.g. {@code ZooKeeper} or {@code provider north}
 * @param failed providers that can not be started, with the reason
 * @param remarks what is not as it should be while the launcher works, for people: a configuration on disk that can not be
 *     used, providers that left the configuration and still have nodes, nodes that no launcher looks after
 */
public record Readiness(boolean ready, List<String> waitingFor, List<String> failed, List<String> remarks) {

    public Readiness {
        waitingFor = List.copyOf(waitingFor);
        failed = List.copyOf(failed);
        remarks = List.copyOf(remarks);
    }

    /** Without remarks. */
    public Readiness(boolean ready, List<String> waitingFor, List<String> failed) {
        this(ready, waitingFor, failed, List.of());
    }

    /** The same with a remark before the others. */
    public Readiness remark(String remark) {
        var all = new ArrayList<String>();
        all.add(remark);
        all.addAll(remarks);
        return new Readiness(ready, waitingFor, failed, all);
    }
}
