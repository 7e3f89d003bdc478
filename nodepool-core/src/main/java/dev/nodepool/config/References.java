package dev.nodepool.config;

import dev.nodepool.driver.LabelSettings;
import dev.nodepool.driver.ProviderImage;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.config.ConfigNode;
import dev.nodepool.driver.config.ConfigNode.Mapping;
import dev.nodepool.driver.config.ConfigNode.Scalar;
import dev.nodepool.driver.config.ConfigNode.Sequence;
import dev.nodepool.driver.config.ConfigNode.Type;
import dev.nodepool.driver.config.ConfigSection;
import dev.nodepool.driver.config.Problems;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the labels and disk images a provider names exist at the top level, which its driver can not see.
 *
 * <p>The usual places are looked up in the file itself, so that problems point there, and so that a section is checked
 * for which there is no driver. What a driver with another layout names is checked by what it answers.
 */
record References(Problems problems, Set<String> labels, Map<String, DiskImageDraft> images) {

    void check(ConfigSection provider, Optional<ProviderSettings> settings) {
        var walk = new Walk();
        walk.provider(provider.mapping(), provider.path());
        settings.ifPresent(s -> elsewhere(provider, s, walk));
    }

    private void elsewhere(ConfigSection provider, ProviderSettings settings, Walk walk) {
        var labelSettings = settings.pools().stream()
                .flatMap(pool -> pool.labels().stream())
                .toList();
        labelSettings.stream()
                .map(LabelSettings::name)
                .filter(walk.labelsSeen::add)
                .forEach(name -> label(provider, name));
        Stream.concat(
                        labelSettings.stream().flatMap(label -> label.diskImage().stream()),
                        settings.images().stream().map(ProviderImage::name))
                .filter(walk.imagesSeen::add)
                .forEach(name -> image(provider, name));
    }

    private void label(ConfigSection provider, String name) {
        if (!labels.contains(name)) {
            provider.error("no top-level label \"" + name + "\"");
        }
    }

    private void image(ConfigSection provider, String name) {
        imageProblem(name).ifPresent(provider::error);
    }

    private Optional<String> imageProblem(String name) {
        var image = images.get(name);
        if (image == null) {
            return Optional.of("no diskimage \"" + name + "\"");
        }
        return image.isAbstract() ? Optional.of("\"" + name + "\" is abstract") : Optional.empty();
    }

    /** Goes through the usual places of one provider section and notes which names it met. */
    private final class Walk {

        private final Set<String> labelsSeen = new HashSet<>();
        private final Set<String> imagesSeen = new HashSet<>();

        void provider(Mapping provider, String path) {
            each(provider.get("diskimages"), path + ".diskimages", (image, place) -> {
                if (image instanceof Mapping mapping) {
                    image(mapping.get("name"), place + ".name");
                }
            });
            each(provider.get("pools"), path + ".pools", (pool, place) -> {
                if (pool instanceof Mapping mapping) {
                    each(mapping.get("labels"), place + ".labels", this::poolLabel);
                    each(mapping.get("nodes"), place + ".nodes", this::staticNode);
                }
            });
        }

        private void poolLabel(ConfigNode node, String path) {
            if (node instanceof Mapping mapping) {
                label(mapping.get("name"), path + ".name");
                image(mapping.get("diskimage"), path + ".diskimage");
            } else {
                label(node, path);
            }
        }

        private void staticNode(ConfigNode node, String path) {
            if (node instanceof Mapping mapping) {
                var written = mapping.get("labels");
                if (written instanceof Scalar scalar) {
                    List.of(scalar.text().strip().split("\\s+")).forEach(name -> label(scalar, name, path + ".labels"));
                } else {
                    each(written, path + ".labels", this::label);
                }
            }
        }

        private void label(@Nullable ConfigNode node, String path) {
            if (node instanceof Scalar scalar) {
                label(scalar, scalar.text(), path);
            }
        }

        private void label(Scalar node, String name, String path) {
            labelsSeen.add(name);
            if (isName(node) && !labels.contains(name)) {
                problems.error(node.mark(), path, "no top-level label \"" + name + "\"");
            }
        }

        private void image(@Nullable ConfigNode node, String path) {
            if (node instanceof Scalar scalar && isName(scalar)) {
                imagesSeen.add(scalar.text());
                imageProblem(scalar.text()).ifPresent(text -> problems.error(scalar.mark(), path, text));
            }
        }

        /** Anything else has been reported as the wrong type. */
        private static boolean isName(Scalar node) {
            return node.type() != Type.BOOLEAN && !node.text().isBlank();
        }

        private void each(@Nullable ConfigNode list, String path, Visit visit) {
            if (list instanceof Sequence sequence) {
                for (int i = 0; i < sequence.items().size(); i++) {
                    visit.at(sequence.items().get(i), path + "[" + i + "]");
                }
            }
        }
    }

    private interface Visit {
        void at(ConfigNode node, String path);
    }
}
