package dev.nodepool.runner.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.LoggerContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

final class LoggingTest {

    private final Logger own = LoggerFactory.getLogger("dev.nodepool.test");
    private final Logger foreign = LoggerFactory.getLogger("org.example.test");

    @TempDir
    private Path directory;

    @AfterEach
    void reset() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).reset();
    }

    @Test
    void writesOwnInformationAndForeignWarningsToTheFile() throws Exception {
        Path file = directory.resolve("daemon.log");
        Logging.configure(new LogTarget.ToFile(file));
        own.debug("hidden");
        own.info("shown");
        foreign.info("hidden");
        foreign.warn("foreign");
        assertThat(Files.readString(file)).contains("shown", "foreign").doesNotContain("hidden");
    }

    @Test
    void writesWhatDriversSayByTheJdksOwnLogger() throws Exception {
        Path file = directory.resolve("daemon.log");
        Logging.configure(new LogTarget.ToFile(file));

        System.getLogger("dev.nodepool.driver.test").log(System.Logger.Level.INFO, "said by {0}", "a driver");

        assertThat(Files.readString(file)).contains("said by a driver");
    }

    @Test
    void opensTheFileAgainAfterItWasRotatedAway() throws Exception {
        Path file = directory.resolve("daemon.log");
        Logging.configure(new LogTarget.ToFile(file));
        own.info("before");
        Files.move(file, directory.resolve("daemon.log.1"));
        own.info("after");
        assertThat(Files.readString(file)).contains("after").doesNotContain("before");
        assertThat(Files.readString(directory.resolve("daemon.log.1"))).contains("before");
    }

    @Test
    void followsALogbackFileAlsoAfterABrokenOne() throws Exception {
        refusesAMalformedLogConfiguration();
        followsALogbackFile();
    }

    @Test
    void followsALogbackFile() throws Exception {
        Path log = directory.resolve("own.log");
        Path file = Files.writeString(directory.resolve("logging.xml"), """
                <configuration>
                  <appender name="F" class="ch.qos.logback.core.FileAppender">
                    <file>%s</file>
                    <encoder><pattern>%%level=%%msg</pattern></encoder>
                  </appender>
                  <root level="DEBUG"><appender-ref ref="F"/></root>
                </configuration>
                """.formatted(log));
        Logging.configure(new LogTarget.Configured(file));
        own.debug("text");
        assertThat(Files.readString(log)).contains("DEBUG=text");
    }

    @Test
    void namesALogConfigurationThatIsNotThere() {
        Path file = directory.resolve("missing.xml");
        assertThatThrownBy(() -> Logging.configure(new LogTarget.Configured(file)))
                .isInstanceOf(IOException.class)
                .hasMessage("Unable to read logging config file at " + file);
    }

    @Test
    void refusesAMalformedLogConfiguration() throws Exception {
        Path file = Files.writeString(directory.resolve("broken.xml"), "<configuration><appender></configuration>");
        assertThatThrownBy(() -> Logging.configure(new LogTarget.Configured(file)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"logging.yaml", "logging.json", "logging.conf", "logging.ini"})
    void tellsHowToConvertALogConfigurationOfPython(String name) throws Exception {
        Path file = Files.writeString(directory.resolve(name), "version: 1");
        assertThatThrownBy(() -> Logging.configure(new LogTarget.Configured(file)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("for Python")
                .hasMessageContaining("logback");
    }

    @Test
    void saysThatTheLogFileCanNotBeWritten() {
        Path file = directory.resolve("missing").resolve("daemon.log");
        assertThatThrownBy(() -> Logging.configure(new LogTarget.ToFile(file)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
    }
}
