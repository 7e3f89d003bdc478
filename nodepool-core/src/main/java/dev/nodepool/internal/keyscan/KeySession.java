package dev.nodepool.internal.keyscan;

import java.io.EOFException;
import java.util.Map;
import java.util.TreeSet;
import org.apache.sshd.client.ClientFactoryManager;
import org.apache.sshd.client.session.ClientSessionImpl;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.util.buffer.Buffer;

/** An SSH connection that ends as soon as the server has shown a key and proved that it holds it: no login is tried. */
final class KeySession extends ClientSessionImpl {

    private final Question question;

    KeySession(ClientFactoryManager client, IoSession connection, Question question) throws Exception {
        super(client, connection);
        this.question = question;
        addCloseFutureListener(closed -> fail(new EOFException("the server closed the connection")));
        question.key().whenComplete((key, failure) -> close(true));
    }

    private void fail(Throwable why) {
        question.key().completeExceptionally(why);
    }

    @Override
    protected String resolveAvailableSignaturesProposal(FactoryManager manager) {
        return KeyType.proposal(new TreeSet<>(question.wanted()));
    }

    @Override
    protected Map<KexProposalOption, String> negotiate() throws Exception {
        question.offered(getServerKexProposals().getOrDefault(KexProposalOption.SERVERKEYS, ""));
        var agreed = super.negotiate();
        KeyType.of(agreed.getOrDefault(KexProposalOption.SERVERKEYS, "")).ifPresent(question::chosen);
        return agreed;
    }

    @Override
    protected void checkKeys() throws SshException {
        question.key()
                .complete(new Question.Shown(question.chosen().orElseThrow(), PublicKeyEntry.toString(getServerKey())));
        throw new SshException("the key is all that was asked for");
    }

    @Override
    protected void handleDisconnect(int code, String message, String language, Buffer rest) {
        fail(new EOFException("the server closed the connection: " + message));
    }

    /** The caller says what there is to say: the library would log each as a warning. */
    @Override
    public void exceptionCaught(Throwable failure) {
        fail(failure);
    }
}
