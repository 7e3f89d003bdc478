package dev.nodepool.runner.profile;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** What all threads do at this moment, in the form of Python's dump. */
final class ThreadDump {

    private ThreadDump() {}

    /** One text for each thread, which begins with {@code Thread: ID NAME d: DAEMON}, and one for deadlocks if there are any. */
    static List<String> take() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        List<String> texts = new ArrayList<>();
        Arrays.stream(threads.dumpAllThreads(true, true))
                .sorted(Comparator.comparingLong(ThreadInfo::getThreadId))
                .map(ThreadDump::text)
                .forEach(texts::add);
        long[] stuck = threads.findDeadlockedThreads();
        if (stuck != null) {
            texts.add("These threads wait for each other for ever: " + Arrays.toString(stuck));
        }
        return texts;
    }

    private static String text(ThreadInfo thread) {
        StringBuilder text = new StringBuilder("Thread: %d %s d: %s %s"
                .formatted(
                        thread.getThreadId(),
                        thread.getThreadName(),
                        thread.isDaemon() ? "True" : "False",
                        thread.getThreadState()));
        if (thread.getLockName() != null) {
            text.append(" on ").append(thread.getLockName());
            if (thread.getLockOwnerName() != null) {
                text.append(" held by ")
                        .append(thread.getLockOwnerId())
                        .append(' ')
                        .append(thread.getLockOwnerName());
            }
        }
        for (StackTraceElement frame : thread.getStackTrace()) {
            text.append("\nat ").append(frame);
        }
        return text.toString();
    }
}
