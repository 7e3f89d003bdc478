package dev.nodepool.runner.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

final class JsonLayoutTest {

    private final LoggerContext context = new LoggerContext();

    private String line(String text, @Nullable Throwable problem, KeyValuePair... keys) {
        LoggingEvent event =
                new LoggingEvent("caller", context.getLogger("some.Logger"), Level.WARN, text, problem, null);
        event.setMDCPropertyMap(Map.of("request", "100-0000000001", "node", "0000000001"));
        event.setThreadName("main");
        for (KeyValuePair key : keys) {
            event.addKeyValuePair(key);
        }
        return new JsonLayout().doLayout(event);
    }

    @Test
    void isOneObjectInALineWithTheKeysOfTheCallBeforeThoseOfTheThread() {
        assertThat(line(
                        "two\nlines \"quoted\"",
                        null,
                        new KeyValuePair("node", "0000000007"),
                        new KeyValuePair("n", 3)))
                .matches("\\{\"time\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d[.0-9]*Z\",\"level\":\"WARNING\","
                        + "\"logger\":\"some\\.Logger\",\"thread\":\"main\","
                        + "\"message\":\"two\\\\nlines \\\\\"quoted\\\\\"\","
                        + "\"n\":\"3\",\"node\":\"0000000007\",\"request\":\"100-0000000001\"}\n");
    }

    @Test
    void hasTheStackTraceAsOneText() {
        assertThat(line("text", new IllegalStateException("broken")))
                .contains("\"error\":\"java.lang.IllegalStateException: broken\\n\\tat ")
                .hasLineCount(1);
    }
}
