package dev.nodepool.internal.keyscan;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.ClientFactoryManager;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.common.BuiltinFactory;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.kex.KeyExchangeFactory;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.mac.BuiltinMacs;

/**
 * The settings of all scans. No secret is ever sent, and what is learnt is public, so a server is talked to in whatever
 * old way it knows: network devices know no other.
 */
final class ScanClient {

    /** The cheap ones come first; the rest is for servers that know nothing else. */
    private static final List<BuiltinDHFactories> PREFERRED = List.of(
            BuiltinDHFactories.curve25519,
            BuiltinDHFactories.curve25519_libssh,
            BuiltinDHFactories.ecdhp256,
            BuiltinDHFactories.ecdhp384,
            BuiltinDHFactories.ecdhp521,
            BuiltinDHFactories.dhg14_256,
            BuiltinDHFactories.dhg16_512,
            BuiltinDHFactories.dhgex256);

    private ScanClient() {}

    /** Nothing of the user's own configuration takes part. */
    static ClientFactoryManager settings() {
        SshClient client = ClientBuilder.builder()
                .hostConfigEntryResolver(HostConfigEntryResolver.EMPTY)
                .keyExchangeFactories(keyExchanges())
                .signatureFactories(
                        supported(Arrays.stream(KeyType.values()).flatMap(type -> type.signatures().stream())))
                .cipherFactories(
                        supported(BuiltinCiphers.VALUES.stream().filter(cipher -> cipher != BuiltinCiphers.none)))
                .macFactories(supported(BuiltinMacs.VALUES.stream()))
                .build();
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setServiceFactories(SshClient.DEFAULT_SERVICE_FACTORIES);
        client.setUserAuthFactories(SshClient.DEFAULT_USER_AUTH_FACTORIES);
        return client;
    }

    private static <T> List<NamedFactory<T>> supported(Stream<? extends BuiltinFactory<T>> all) {
        return all.filter(BuiltinFactory::isSupported)
                .<NamedFactory<T>>map(factory -> factory)
                .toList();
    }

    private static List<KeyExchangeFactory> keyExchanges() {
        var all = Stream.concat(PREFERRED.stream(), BuiltinDHFactories.VALUES.stream())
                .distinct()
                .toList();
        return NamedFactory.setUpTransformedFactories(true, all, ClientBuilder.DH2KEX);
    }
}
