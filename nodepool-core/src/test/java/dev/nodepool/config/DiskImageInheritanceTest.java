package dev.nodepool.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.testing.Behaviour;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DiskImageInheritanceTest {

    private static DiskImageConfig image(String name, String yaml) {
        return Objects.requireNonNull(Load.config(yaml).diskImages().get(name));
    }

    @Test
    void appendsElementsAndMergesVariablesFromTheRootDown() {
        var image = image("c", """
                diskimages:
                - {name: c, parent: b, elements: [e3], env-vars: {Y: c}}
                - {name: b, parent: a, elements: [e2], env-vars: {X: b, Y: b}}
                - {name: a, abstract: true, elements: [e1], env-vars: {X: a, W: a}}
                """);

        assertThat(image.elements()).containsExactly("e1", "e2", "e3");
        assertThat(image.envVars()).isEqualTo(Map.of("W", "a", "X", "b", "Y", "c"));
        assertThat(image.isAbstract()).isFalse();
    }

    @Test
    @Behaviour({"B25", "B26"})
    void aChildOfTwoAbstractLevelsTakesOverAndItsReleaseIsText() {
        var image = image("c", """
                diskimages:
                - {name: a, abstract: true, elements: [a, b], env-vars: {X: a, Y: a}, dib-cmd: dib-a, release: 20}
                - {name: b, abstract: true, parent: a, elements: [c], env-vars: {Y: b}, dib-cmd: dib-b}
                - {name: c, parent: b, elements: [d], release: 21}
                """);

        assertThat(image.elements()).containsExactly("a", "b", "c", "d");
        assertThat(image.envVars()).isEqualTo(Map.of("X", "a", "Y", "b"));
        assertThat(image.dibCommand()).isEqualTo("dib-b");
        assertThat(image.release()).isEqualTo("21");
    }

    @Test
    void replacesOtherKeysExceptByNothingZeroOrFalse() {
        var image = image("b", """
                diskimages:
                - {name: a, release: r, rebuild-age: 60, build-timeout: 70, formats: [raw], pause: true, username: u,
                   python-path: p, shell-type: s, dib-cmd: d, keep-formats: [raw], delete-after-upload: true}
                - {name: b, parent: a, release: '', rebuild-age: 0, build-timeout: 80, formats: [], pause: false,
                   delete-after-upload: false}
                """);

        assertThat(image.release()).isEqualTo("r");
        assertThat(image.rebuildAge()).isEqualTo(Duration.ofSeconds(60));
        assertThat(image.buildTimeout()).isEqualTo(Duration.ofSeconds(80));
        assertThat(image.formats()).containsExactly("raw");
        assertThat(image.pause()).isTrue();
        assertThat(image.username()).isEqualTo("u");
        assertThat(image.pythonPath()).isEqualTo("p");
        assertThat(image.shellType()).isEqualTo("s");
        assertThat(image.dibCommand()).isEqualTo("d");
        assertThat(image.keepFormats()).containsExactly("raw");
        assertThat(image.deleteAfterUpload()).isFalse();
    }

    @Test
    void inheritsNoMetadata() {
        var image = image("b", "diskimages: [{name: a, metadata: {x: '1'}}, {name: b, parent: a}]\n");

        assertThat(image.metadata()).isEmpty();
    }

    @Test
    void fillsInDefaultsAfterInheritance() {
        var image = image("a", "diskimages: [{name: a, rebuild-age: 0}]\n");

        assertThat(image.rebuildAge()).isEqualTo(Duration.ofDays(1));
        assertThat(image.buildTimeout()).isEqualTo(Duration.ofHours(8));
        assertThat(image.formats()).isEmpty();
        assertThat(image.username()).isEqualTo("zuul");
        assertThat(image.pythonPath()).isEqualTo("auto");
        assertThat(image.dibCommand()).isEqualTo("disk-image-create");
    }

    @Test
    void addsTheFormatsOfProvidersOnlyToImagesTheyName() {
        var yaml = """
                diskimages: [{name: a, formats: [raw]}, {name: b, parent: a}, {name: c, parent: a}]
                providers: [{name: fake-p, diskimages: [{name: b}]}]
                """;

        assertThat(image("b", yaml).formats()).containsExactly("qcow2", "raw");
        assertThat(image("c", yaml).formats()).containsExactly("raw");
    }
}
