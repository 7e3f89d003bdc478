package dev.nodepool.driver.openstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.config.ConfigNode.Entry;
import dev.nodepool.driver.config.ConfigNode.Mapping;
import dev.nodepool.driver.config.ConfigNode.Scalar;
import dev.nodepool.driver.config.ConfigNode.Type;
import dev.nodepool.driver.config.ConfigSection;
import dev.nodepool.driver.config.Mark;
import dev.nodepool.driver.config.Problem.Severity;
import dev.nodepool.driver.config.Problems;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class OpenStackDriverTest {

    private static final Mark MARK = new Mark("f", 4, 5);
    private final Problems problems = new Problems(true);

    @Test
    void isFoundAsAService() {
        assertThat(ServiceLoader.load(ProviderDriver.class))
                .extracting(ProviderDriver::name)
                .containsOnlyOnce("openstack");
    }

    @Test
    void isNoErrorWhenThereAreNoAccountsYetButOpensNothing() {
        var cloud = new Entry(MARK, new Scalar(MARK, Type.TEXT, "c", "c", false));
        var section = ConfigSection.root(new Mapping(MARK, Map.of("cloud", cloud)), problems);

        var settings = (OpenStackSettings) new OpenStackDriver().parse(section);

        assertThat(settings.cloud().cloud()).contains("c");
        assertThat(settings.entry()).isEmpty();
        assertThat(problems.found())
                .singleElement()
                .satisfies(p -> assertThat(p.severity()).isEqualTo(Severity.WARNING))
                .satisfies(p -> assertThat(p.text()).startsWith("no clouds.yaml found, looked for"));
    }

    @Test
    void needsACloud() {
        new OpenStackDriver().parse(ConfigSection.root(new Mapping(MARK, Map.of()), problems));

        assertThat(problems.found()).singleElement().hasToString("f:4:5: cloud: missing");
    }
}
