package dev.nodepool.runner.command;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a time limit given in seconds, 0 or more. */
final class Seconds implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String value) {
        if (!value.matches("[0-9]{1,9}")) {
            throw new TypeConversionException("'" + value + "' is not a number of seconds");
        }
        return Duration.ofSeconds(Long.parseLong(value));
    }
}
