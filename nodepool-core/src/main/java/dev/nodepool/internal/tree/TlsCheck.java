package dev.nodepool.internal.tree;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/**
 * Finds out why a TLS connection does not come about. ZooKeeper's client tells its users only that there is none, so
 * this makes a handshake of its own with the same files. Blocks for some seconds.
 */
final class TlsCheck {

    private static final int LIMIT_MILLIS = 5_000;
    /** TLS 1.3 servers refuse a client only after its side of the handshake is done. */
    private static final int REFUSAL_MILLIS = 1_000;

    private final TlsMaterial material;

    TlsCheck(TlsMaterial material) {
        this.material = material;
    }

    /**
     * @param server {@code host:port}
     * @return what is wrong with TLS, empty if it works or something else keeps us from trying
     */
    Optional<String> problem(String server) {
        var colon = server.lastIndexOf(':');
        var host = server.substring(0, colon).replaceAll("[\\[\\]]", "");
        var port = Integer.parseInt(server.substring(colon + 1));
        try (var plain = new Socket()) {
            plain.connect(new InetSocketAddress(host, port), LIMIT_MILLIS);
            plain.setSoTimeout(LIMIT_MILLIS);
            var socket = (SSLSocket) material.context().getSocketFactory().createSocket(plain, host, port, true);
            if (material.files().verifyHostName()) {
                var parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
            }
            socket.startHandshake();
            plain.setSoTimeout(REFUSAL_MILLIS);
            socket.getInputStream().read();
            return Optional.empty();
        } catch (SocketTimeoutException quiet) {
            // It waits for us to speak ZooKeeper: the handshake is accepted.
            return Optional.empty();
        } catch (SSLException refused) {
            return Optional.of(explain(refused));
        } catch (IOException | GeneralSecurityException unreachable) {
            return Optional.empty();
        }
    }

    private String explain(SSLException refused) {
        var message = String.valueOf(refused.getMessage());
        if (message.contains("PKIX") || message.contains("unable to find valid certification path")) {
            return "the server's certificate is not signed by a CA in "
                    + material.files().ca() + " (" + message + ")";
        } else if (message.contains("alert")) {
            return "the server refuses our certificate " + material.files().cert() + " (" + message + ")";
        } else if (message.contains("Unsupported or unrecognized SSL message")
                || message.contains("terminated the handshake")) {
            return "the server probably does not speak TLS on this port (" + message + ")";
        } else if (message.contains("subject alternative") || message.contains("No name matching")) {
            return "the server's certificate does not name the host (" + message + ")";
        }
        return message;
    }
}
