package dev.nodepool.runner.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

final class LineLayoutTest {

    private final LoggerContext context = new LoggerContext();
    private final LineLayout layout = new LineLayout();
    private Map<String, String> threadKeys = Map.of();

    @Test
    void looksLikeALineOfPython() {
        assertThat(layout.doLayout(event(Level.INFO, "text", null)))
                .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d{3} INFO some\\.Logger: text\n");
    }

    @Test
    void callsWarningsAsPythonDoes() {
        assertThat(layout.doLayout(event(Level.WARN, "text", null))).contains(" WARNING some.Logger: text");
    }

    @Test
    void showsKeysOfTheCallInFixedOrderAndLeavesUnknownOnesOut() {
        LoggingEvent event = event(Level.INFO, "text", null);
        event.addKeyValuePair(new KeyValuePair("node", "0000000007"));
        event.addKeyValuePair(new KeyValuePair("attempt", 3));
        event.addKeyValuePair(new KeyValuePair("request", "100-0000000001"));
        assertThat(layout.doLayout(event))
                .endsWith("some.Logger: [node_request: 100-0000000001] [node: 0000000007] text\n");
    }

    @Test
    void takesKeysOfTheThreadWhenTheCallHasNone() {
        threadKeys = Map.of("provider", "north", "event", "abc");
        LoggingEvent event = event(Level.INFO, "text", null);
        assertThat(layout.doLayout(event)).endsWith("some.Logger: [e: abc] [provider: north] text\n");
    }

    @Test
    void repeatsTheBeginningOnFurtherLinesAndIndentsThem() {
        String[] lines =
                layout.doLayout(event(Level.ERROR, "first\nsecond", null)).split("\n");
        assertThat(lines).hasSize(2);
        assertThat(lines[0]).endsWith(" ERROR some.Logger: first");
        assertThat(lines[1]).endsWith(" ERROR some.Logger:   second");
    }

    @Test
    void putsTheStackTraceOnLinesOfTheirOwn() {
        String text = layout.doLayout(event(Level.ERROR, "failed", new IllegalStateException("why")));
        assertThat(text.lines()).allMatch(line -> line.contains(" ERROR some.Logger: "));
        assertThat(text).contains(":   java.lang.IllegalStateException: why");
    }

    private LoggingEvent event(Level level, String text, @Nullable Throwable thrown) {
        LoggingEvent event =
                new LoggingEvent("caller", context.getLogger("some.Logger"), level, text, thrown, new Object[0]);
        event.setMDCPropertyMap(threadKeys);
        return event;
    }
}
