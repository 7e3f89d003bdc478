package dev.nodepool.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.testing.GeneratedPage;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** What an embedder gets with the library; the build writes the tree before its tests. */
class DependencyTreeTest {

    private static String tree() throws IOException {
        return Files.readString(GeneratedPage.root().resolve("nodepool-core/target/dependency-tree.txt"))
                .replaceFirst("(nodepool-core:jar:)[^\\n]*", "$1VERSION")
                .replaceFirst("(nodepool-driver-spi:jar:)[^:]*", "$1VERSION");
    }

    @Test
    void pageShowsTheTree() throws IOException {
        GeneratedPage.compare("docs/dependencies-of-core.md", """
                # What an embedder gets

                The dependencies of `dev.nodepool:nodepool-core`, all that come with it included. Why each is there:
                [Dependencies](dependencies.md#the-library). What is optional does not come by itself.

                ```
                """ + tree() + "```\n", DependencyTreeTest.class);
    }

    @Test
    void libraryBringsNoServerNoBackendNoCommandLineAndNoCloud() throws IOException {
        assertThat(tree())
                .contains("org.apache.curator:curator-framework")
                .doesNotContain(
                        "org.eclipse.jetty", "picocli", "logback", "log4j", "openstack4j", "prometheus", "caffeine");
    }
}
