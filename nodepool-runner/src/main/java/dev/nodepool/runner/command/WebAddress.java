package dev.nodepool.runner.command;

import dev.nodepool.config.WebConfig;
import dev.nodepool.runner.web.StatusServer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a port with or without an address before it. */
final class WebAddress implements ITypeConverter<WebConfig> {

    private static final int MAX_PORT = 65_535;

    @Override
    public WebConfig convert(String text) {
        int colon = text.lastIndexOf(':');
        String address = colon < 0 ? StatusServer.LOOPBACK.listenAddress() : text.substring(0, colon);
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port >= 0 && port <= MAX_PORT && !address.isEmpty()) {
                return new WebConfig(port, address.replaceAll("^\\[(.*)]$", "$1"));
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new TypeConversionException(
                "'" + text + "' is no port from 0 to 65535, with or without an address before it");
    }
}
