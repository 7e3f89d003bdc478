package dev.nodepool.runner.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/** The structured keys of a log line, as text in front of its message. */
final class LogKeys {

    /** Key in the log call to key in the line, in the order of the line. */
    private static final Map<String, String> SHOWN = shown();

    private LogKeys() {}

    /** Each known key that is set, from the call itself or else from the thread's context, followed by a blank. */
    static String prefix(ILoggingEvent event) {
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        Map<String, String> context = event.getMDCPropertyMap();
        if (pairs == null && context.isEmpty()) {
            return "";
        }
        StringBuilder prefix = new StringBuilder();
        SHOWN.forEach((key, name) -> {
            Object value = value(key, pairs, context);
            if (value != null) {
                prefix.append('[').append(name).append(": ").append(value).append("] ");
            }
        });
        return prefix.toString();
    }

    /** All keys that are set, by their names in the log call; the call's win over those of the thread's context. */
    static Map<String, String> all(ILoggingEvent event) {
        Map<String, String> all = new TreeMap<>(event.getMDCPropertyMap());
        if (event.getKeyValuePairs() != null) {
            event.getKeyValuePairs().forEach(pair -> all.put(pair.key, String.valueOf(pair.value)));
        }
        return all;
    }

    private static @Nullable Object value(String key, @Nullable List<KeyValuePair> pairs, Map<String, String> context) {
        if (pairs != null) {
            for (KeyValuePair pair : pairs) {
                if (pair.key.equals(key) && pair.value != null) {
                    return pair.value;
                }
            }
        }
        return context.get(key);
    }

    private static Map<String, String> shown() {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("event", "e");
        shown.put("request", "node_request");
        shown.put("node", "node");
        shown.put("provider", "provider");
        return shown;
    }
}
