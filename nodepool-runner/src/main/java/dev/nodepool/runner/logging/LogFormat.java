package dev.nodepool.runner.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Layout;

/** How log records look when no log configuration says it. */
public enum LogFormat {
    /** Lines as Python Nodepool writes them. */
    TEXT,
    /** One JSON object in a line. */
    JSON;

    Layout<ILoggingEvent> layout() {
        return this == JSON ? new JsonLayout() : new LineLayout();
    }
}
