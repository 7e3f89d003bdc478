package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The log of a node's life can be searched by request, node and provider. */
class LogLinesTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.nodepool.internal");
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            events.add(event);
        }
    };

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(appender);
        logger.setLevel(null);
    }

    private static String keys(ILoggingEvent event) {
        return Stream.ofNullable(event.getKeyValuePairs())
                .flatMap(List::stream)
                .filter(pair -> pair.value != null)
                .map(pair -> pair.key + "=" + pair.value)
                .collect(Collectors.joining(" "));
    }

    private String keysOf(String text) {
        return events.stream()
                .filter(event -> event.getFormattedMessage().contains(text))
                .map(LogLinesTest::keys)
                .findFirst()
                .orElseThrow(() -> new AssertionError("nobody says '" + text + "'"));
    }

    @Test
    void everyLineOfANodesLifeNamesItsSubject() {
        var scenario = new Scenario();
        scenario.launcher(LaunchTest.config("", ""));
        var request = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        scenario.use(request);
        scenario.pass(Duration.ofSeconds(10));

        assertThat(keysOf("is taken by")).contains("request=" + request);
        assertThat(keysOf("Launching node")).contains("request=" + request, "provider=fake-one");
        assertThat(keysOf("is ready at")).contains("node=0000000000", "request=" + request, "provider=fake-one");
        assertThat(keysOf("is fulfilled by")).contains("request=" + request);
        assertThat(keysOf("is deleted")).contains("node=0000000000");
        assertThat(events)
                .filteredOn(event -> Objects.requireNonNullElse(event.getFormattedMessage(), "")
                        .matches(".*\\b(\\d{3}-)?0\\d{9}\\b.*"))
                .hasSizeGreaterThan(4)
                .allSatisfy(event ->
                        assertThat(keys(event)).as(event.getFormattedMessage()).isNotEmpty());
    }
}
