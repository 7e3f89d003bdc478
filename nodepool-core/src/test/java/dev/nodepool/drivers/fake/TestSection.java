package dev.nodepool.drivers.fake;

import dev.nodepool.driver.config.ConfigNode;
import dev.nodepool.driver.config.ConfigNode.Entry;
import dev.nodepool.driver.config.ConfigNode.Mapping;
import dev.nodepool.driver.config.ConfigNode.Scalar;
import dev.nodepool.driver.config.ConfigNode.Sequence;
import dev.nodepool.driver.config.ConfigNode.Type;
import dev.nodepool.driver.config.ConfigSection;
import dev.nodepool.driver.config.Mark;
import dev.nodepool.driver.config.Problems;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Configuration sections out of Java values; every value has a line of its own. */
final class TestSection {

    private int line;

    private TestSection() {}

    static ConfigSection of(Map<String, ?> values, Problems problems) {
        return ConfigSection.root((Mapping) new TestSection().node(values), problems);
    }

    private ConfigNode node(Object value) {
        var mark = new Mark("nodepool.yaml", ++line, 1);
        if (value instanceof Map<?, ?> map) {
            var entries = new LinkedHashMap<String, Entry>();
            map.forEach((key, item) -> entries.put((String) key, new Entry(mark, node(item))));
            return new Mapping(mark, entries);
        }
        if (value instanceof List<?> list) {
            return new Sequence(mark, list.stream().map(this::node).toList());
        }
        return new Scalar(mark, type(value), value.toString(), value, false);
    }

    private static Type type(Object value) {
        if (value instanceof Integer) {
            return Type.INTEGER;
        }
        if (value instanceof Double) {
            return Type.NUMBER;
        }
        return value instanceof Boolean ? Type.BOOLEAN : Type.TEXT;
    }
}
