package dev.nodepool.runner.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class NodeTableTest {

    @Test
    void alignsColumnsAndLeavesNoBlanksAtTheEnd() {
        assertThat(new NodeTable().row("Node", "Label").row("1", "a").lines())
                .containsExactly("Node  Label", "1     a");
    }
}
