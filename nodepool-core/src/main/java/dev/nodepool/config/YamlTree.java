package dev.nodepool.config;

import dev.nodepool.driver.config.ConfigNode;
import dev.nodepool.driver.config.ConfigNode.Entry;
import dev.nodepool.driver.config.ConfigNode.Mapping;
import dev.nodepool.driver.config.ConfigNode.Scalar;
import dev.nodepool.driver.config.ConfigNode.Sequence;
import dev.nodepool.driver.config.ConfigNode.Type;
import dev.nodepool.driver.config.Mark;
import dev.nodepool.driver.config.Problems;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Turns SnakeYAML's nodes into ours: values by our dialect, merge keys followed, what aliases share kept shared.
 *
 * <p>Sharing keeps a small file with nested aliases small here; whoever walks it later meets every copy, so what it
 * would unfold to is limited.
 */
final class YamlTree {

    static final int MOST_VALUES = 1_000_000;
    static final int DEEPEST = 100;

    private final String file;
    private final Predicate<String> secret;
    private final Problems problems;
    private final Map<Node, Built> done = new IdentityHashMap<>();
    private final Map<Node, Boolean> underWay = new IdentityHashMap<>();

    YamlTree(String file, Predicate<String> secret, Problems problems) {
        this.file = file;
        this.secret = secret;
        this.problems = problems;
    }

    ConfigNode build(Node root) {
        return build(root, "").node;
    }

    private Built build(Node node, String path) {
        var known = done.get(node);
        if (known != null) {
            return known;
        }
        if (underWay.put(node, true) != null) {
            return refused(node, path, "an alias refers to something it is part of");
        }
        var built = limited(node, path, unlimited(node, path));
        underWay.remove(node);
        done.put(node, built);
        return built;
    }

    private Built unlimited(Node node, String path) {
        if (node instanceof MappingNode mapping && node.getTag().equals(Tag.MAP)) {
            return mapping(mapping, path);
        } else if (node instanceof SequenceNode sequence && node.getTag().equals(Tag.SEQ)) {
            return sequence(sequence, path);
        } else if (node instanceof ScalarNode scalar) {
            return scalar(scalar, path);
        }
        return refused(node, path, "the tag " + node.getTag() + " is not supported");
    }

    private Built limited(Node node, String path, Built built) {
        if (built.values > MOST_VALUES) {
            return refused(node, path, "aliases make more than " + MOST_VALUES + " values of this");
        }
        return built.depth > DEEPEST ? refused(node, path, "nested more than " + DEEPEST + " levels deep") : built;
    }

    private Built sequence(SequenceNode node, String path) {
        var items = new ArrayList<ConfigNode>();
        var size = new Size();
        for (int i = 0; i < node.getValue().size(); i++) {
            items.add(size.count(build(node.getValue().get(i), path + "[" + i + "]")));
        }
        return size.of(new Sequence(mark(node), items));
    }

    private Built mapping(MappingNode node, String path) {
        var merged = new LinkedHashMap<String, Entry>();
        var own = new LinkedHashMap<String, Entry>();
        var size = new Size();
        for (var tuple : node.getValue()) {
            var value = tuple.getValueNode();
            if (tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
                merge(value, path, merged, size);
            } else if (tuple.getKeyNode() instanceof ScalarNode key) {
                var place = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
                var entry = new Entry(mark(key), size.count(build(value, place)));
                var earlier = own.put(key.getValue(), entry);
                if (earlier != null) {
                    var text =
                            "repeated key, the one at line " + earlier.keyMark().line() + " is ignored";
                    problems.warning(entry.keyMark(), place, text);
                }
            } else {
                refused(tuple.getKeyNode(), path, "a key must be a single word");
            }
        }
        merged.putAll(own);
        return size.of(new Mapping(mark(node), merged));
    }

    /** Of several sources in a list the first one wins, as YAML has it. */
    private void merge(Node source, String path, Map<String, Entry> target, Size size) {
        if (source instanceof SequenceNode list) {
            for (int i = list.getValue().size() - 1; i >= 0; i--) {
                mergeOne(list.getValue().get(i), path, target, size);
            }
        } else {
            mergeOne(source, path, target, size);
        }
    }

    private void mergeOne(Node source, String path, Map<String, Entry> target, Size size) {
        var built = build(source, path);
        if (built.node instanceof Mapping mapping) {
            size.count(built);
            target.putAll(mapping.entries());
        } else {
            refused(source, path, "expected a mapping or a list of mappings behind <<");
        }
    }

    private Built scalar(ScalarNode node, String path) {
        var type = YamlDialect.type(node.getTag());
        if (type == null) {
            return refused(node, path, "the tag " + node.getTag() + " is not supported, quote a text");
        }
        try {
            var value = YamlDialect.value(type, node.getValue());
            return new Size().of(new Scalar(mark(node), type, node.getValue(), value, secret.test(node.getValue())));
        } catch (NumberFormatException e) {
            return refused(node, path, "the value does not fit its tag " + node.getTag());
        }
    }

    private Built refused(Node node, String path, String why) {
        problems.error(mark(node), path.isEmpty() ? "(root)" : path, why);
        return new Built(new Scalar(mark(node), Type.NULL, "", null, false), 1, 1);
    }

    private Mark mark(Node node) {
        var mark = node.getStartMark();
        return new Mark(file, mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** A node with what it would unfold to. */
    private record Built(ConfigNode node, long values, int depth) {}

    private static final class Size {

        private long values = 1;
        private int depth;

        ConfigNode count(Built part) {
            values += part.values;
            depth = Math.max(depth, part.depth);
            return part.node;
        }

        Built of(ConfigNode node) {
            return new Built(node, values, depth + 1);
        }
    }
}
