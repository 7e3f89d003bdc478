package dev.nodepool.internal.keyscan;

import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousSocketChannel;
import java.util.concurrent.ForkJoinPool;
import org.apache.sshd.client.ClientFactoryManager;
import org.apache.sshd.client.session.ClientSessionImpl;
import org.apache.sshd.client.session.SessionFactory;
import org.apache.sshd.common.Closeable;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.nio2.Nio2Service;
import org.apache.sshd.common.io.nio2.Nio2Session;

/**
 * Speaks SSH over connected sockets: MINA's sessions without its client, which keeps a thread for each connection in the
 * making and wakes up every second.
 */
final class SshConnections extends Nio2Service {

    private final ClientFactoryManager client;

    /** @param client what the sessions are to know; it is not started */
    SshConnections(ClientFactoryManager client, AsynchronousChannelGroup group) {
        // The executor is for reading on after a pause, which a session without channels never makes.
        super(client, new Sessions(client), group, ForkJoinPool.commonPool());
        this.client = client;
    }

    /** Asks over a connection, which is closed in the end. */
    void ask(AsynchronousSocketChannel channel, Question question) {
        try {
            var connection = new Nio2Session(this, client, getIoHandler(), channel, null);
            connection.setAttribute(Question.class, question);
            getIoHandler().sessionCreated(connection);
            mapSession(connection);
            connection.startReading();
        } catch (Exception e) {
            question.key().completeExceptionally(e);
        }
        question.key().whenComplete((key, failure) -> Sockets.close(channel));
    }

    @Override
    protected Closeable getInnerCloseable() {
        return builder().parallel(this, getManagedSessions().values()).build();
    }

    private static final class Sessions extends SessionFactory {

        Sessions(ClientFactoryManager client) {
            super(client);
        }

        @Override
        protected ClientSessionImpl doCreateSession(IoSession connection) throws Exception {
            return new KeySession(getClient(), connection, (Question) connection.getAttribute(Question.class));
        }
    }
}
