package dev.nodepool.driver.openstack.rest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.atomic.AtomicBoolean;

/** Bodies that are streamed: never more than a few pieces are in memory. */
public final class Bodies {

    private Bodies() {}

    /** Opens bytes. */
    @FunctionalInterface
    public interface Opener {
        InputStream open() throws IOException;
    }

    /** Bytes that can be opened again, so that the call can be sent again. Sent with their length. */
    public static BodyPublisher reopened(Opener source, long length) {
        if (length == 0) {
            return BodyPublishers.noBody();
        }
        var stream = BodyPublishers.ofInputStream(() -> {
            try {
                return source.open();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return BodyPublishers.fromPublisher(stream, length);
    }

    /** Bytes that can be read once: a call that has to be sent again fails. */
    static BodyPublisher once(InputStream source) {
        var read = new AtomicBoolean();
        return BodyPublishers.ofInputStream(() -> {
            if (read.getAndSet(true)) {
                throw new UncheckedIOException(new IOException("the body can not be sent a second time"));
            }
            return source;
        });
    }
}
