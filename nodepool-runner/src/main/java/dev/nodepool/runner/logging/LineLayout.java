package dev.nodepool.runner.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * Log lines as the daemons of Python write them, so that existing log filters keep working:
 * {@code 2019-12-21 10:06:55,123 INFO name: [node_request: 100-0000000001] text}.
 *
 * <p>Further lines of a text or a stack trace carry the same beginning, with two blanks before the text. Thread-safe.
 */
public final class LineLayout extends LayoutBase<ILoggingEvent> {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss,SSS").withZone(ZoneId.systemDefault());

    @Override
    public String doLayout(ILoggingEvent event) {
        String start = TIME.format(event.getInstant()) + " " + level(event.getLevel()) + " " + event.getLoggerName()
                + ": " + LogKeys.prefix(event);
        String message = String.valueOf(event.getFormattedMessage());
        String text = event.getThrowableProxy() == null
                ? message
                : message + "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy());
        StringBuilder lines = new StringBuilder(start.length() + text.length() + 1);
        String indent = "";
        for (String line : text.stripTrailing().split("\r?\n|\r", -1)) {
            lines.append(start).append(indent).append(line).append('\n');
            indent = "  ";
        }
        return lines.toString();
    }

    static String level(Level level) {
        return level == Level.WARN ? "WARNING" : level.toString();
    }
}
