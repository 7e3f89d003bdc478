package dev.nodepool.config;

import dev.nodepool.driver.config.ConfigNode;
import dev.nodepool.driver.config.ConfigNode.Mapping;
import dev.nodepool.driver.config.Mark;
import dev.nodepool.driver.config.Problems;
import java.io.StringReader;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.representer.Representer;

/** Reads the text of a file into a tree with places. */
record YamlReader(Map<String, String> environment, Problems problems) {

    private static final int MOST_CODE_POINTS = 10_000_000;
    private static final int LONGEST_LINE = 200_000;
    private static final int MOST_ALIASES = 20_000;
    private static final int DEEPEST = 50;

    /** The mapping at the top of a file; empty after it was reported why there is none. */
    Optional<Mapping> read(Source source) {
        return compose(source).flatMap(this::mapping);
    }

    /** The same of a file that may hold nothing. */
    Optional<Mapping> readIfAny(Source source) {
        return compose(source).flatMap(node -> node.isNull() ? Optional.of(nothing(node)) : mapping(node));
    }

    private Optional<Mapping> mapping(ConfigNode node) {
        if (node instanceof Mapping mapping) {
            return Optional.of(mapping);
        }
        var text = node.isNull() ? "the file is empty" : "expected a mapping, got " + node.kind();
        problems.error(node.mark(), "(root)", text);
        return Optional.empty();
    }

    private static Mapping nothing(ConfigNode node) {
        return new Mapping(node.mark(), Map.of());
    }

    private Optional<ConfigNode> compose(Source source) {
        var tooLarge = tooLarge(source.text());
        if (tooLarge.isPresent()) {
            broken(source.name(), 1, 1, tooLarge.get());
            return Optional.empty();
        }
        var expansion = Expansion.of(source.text(), environment);
        var file = source.name();
        try {
            var root = yaml().compose(new StringReader(expansion.text()));
            return root == null ? Optional.of(empty(file)) : tree(source, expansion, root);
        } catch (MarkedYAMLException e) {
            var at = e.getProblemMark();
            broken(file, at == null ? 1 : at.getLine() + 1, at == null ? 1 : at.getColumn() + 1, e.getProblem());
        } catch (ReaderException e) {
            var before = expansion
                    .text()
                    .substring(0, Math.min(e.getPosition(), expansion.text().length()));
            var line = (int) before.chars().filter(c -> c == '\n').count() + 1;
            broken(file, line, before.length() - before.lastIndexOf('\n'), "a character that is not allowed");
        } catch (YAMLException e) {
            broken(file, 1, 1, String.valueOf(e.getMessage()));
        }
        return Optional.empty();
    }

    /** The parser's time grows with the square of the longest piece without a break. */
    private static Optional<String> tooLarge(String text) {
        if (text.length() > MOST_CODE_POINTS) {
            return Optional.of("the file has more than " + MOST_CODE_POINTS + " characters");
        }
        return text.lines().anyMatch(line -> line.length() > LONGEST_LINE)
                ? Optional.of("a line has more than " + LONGEST_LINE + " characters")
                : Optional.empty();
    }

    private Optional<ConfigNode> tree(Source source, Expansion expansion, Node root) {
        var found = new Problems(false);
        var node = new YamlTree(source.name(), value -> source.secret() || expansion.taints(value), found).build(root);
        problems.addAll(found);
        return found.hasErrors() ? Optional.empty() : Optional.of(node);
    }

    private static ConfigNode empty(String file) {
        return new ConfigNode.Scalar(new Mark(file, 1, 1), ConfigNode.Type.NULL, "", null, false);
    }

    private void broken(String file, int line, int column, String problem) {
        var place = " (line " + line + ", column " + column + ")";
        problems.error(new Mark(file, line, column), "YAML", problem.strip().replace('\n', ' ') + place);
    }

    private static Yaml yaml() {
        var limits = new LoaderOptions();
        limits.setCodePointLimit(MOST_CODE_POINTS);
        limits.setMaxAliasesForCollections(MOST_ALIASES);
        limits.setNestingDepthLimit(DEEPEST);
        var output = new DumperOptions();
        return new Yaml(new SafeConstructor(limits), new Representer(output), output, limits, new YamlDialect());
    }
}
