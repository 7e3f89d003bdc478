package dev.nodepool.scenario;

import java.util.List;

/** Courses that a request can take, to be broken off at every point. */
enum Life {
    ONE_NODE(List.of(), "a"),
    TWO_NODES(List.of(), "a", "b"),
    THREE_NODES(List.of(), "a", "b", "c"),
    ALL_READY(List.of("a", "b"), "a", "b"),
    ONE_READY_TWO_LAUNCHED(List.of("b"), "a", "b", "c"),
    /** Ready nodes of other labels fill the cloud. */
    ROOM_TO_BE_MADE(List.of("a", "a", "a", "a"), "b", "b", "a");

    private final List<String> stock;
    private final String[] labels;

    Life(List<String> stock, String... labels) {
        this.stock = stock;
        this.labels = labels;
    }

    /** Makes what is ready before; any launcher of the scenario may do it. */
    void prepare(Scenario scenario) {
        if (!stock.isEmpty()) {
            scenario.stock(stock.toArray(String[]::new));
        }
    }

    String ask(Scenario scenario) {
        return scenario.ask(labels);
    }

    /** Ready nodes that nobody asked for, at most. */
    int leftInStock() {
        return stock.size();
    }
}
