package dev.nodepool.driver.openstack.clouds;

import dev.nodepool.driver.config.ConfigNode.Entry;
import dev.nodepool.driver.config.ConfigNode.Mapping;
import dev.nodepool.driver.config.ConfigNode.Scalar;
import dev.nodepool.driver.config.ConfigNode.Type;
import dev.nodepool.driver.config.Mark;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The cloud that the variables {@code OS_AUTH_URL}, {@code OS_USERNAME} and so on describe. */
final class EnvironmentCloud {

    private static final String PREFIX = "OS_";
    private static final String OF_CLIENTS = "OS_CLIENT_";

    private EnvironmentCloud() {}

    /** @param mark place to report problems at */
    static Optional<Mapping> of(Map<String, String> environment, Mark mark) {
        var entries = new LinkedHashMap<String, Entry>();
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !name.startsWith(OF_CLIENTS)) {
                var key = name.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
                entries.put(key, new Entry(mark, new Scalar(mark, type(key), value, json(key, value), true)));
            }
        });
        return Optional.of(new Mapping(mark, entries));
    }

    private static boolean isSwitch(String key) {
        return key.equals("verify") || key.equals("force_ipv4") || key.equals("private");
    }

    private static Type type(String key) {
        return isSwitch(key) ? Type.BOOLEAN : Type.TEXT;
    }

    private static Object json(String key, String value) {
        return isSwitch(key) ? (Object) !value.matches("(?i)|0|no|off|false") : value;
    }
}
