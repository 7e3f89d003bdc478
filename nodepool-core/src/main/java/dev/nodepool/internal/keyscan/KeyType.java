package dev.nodepool.internal.keyscan;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.sshd.common.signature.BuiltinSignatures;

/** Kinds of host keys, and the signatures that a server proves each with; the order is that of the answers. */
enum KeyType {
    ED25519(BuiltinSignatures.ed25519),
    ECDSA_256(BuiltinSignatures.nistp256),
    ECDSA_384(BuiltinSignatures.nistp384),
    ECDSA_521(BuiltinSignatures.nistp521),
    /** One key with several signatures. */
    RSA(BuiltinSignatures.rsaSHA512, BuiltinSignatures.rsaSHA256, BuiltinSignatures.rsa);

    private final List<BuiltinSignatures> signatures;

    KeyType(BuiltinSignatures... signatures) {
        this.signatures = List.of(signatures);
    }

    List<BuiltinSignatures> signatures() {
        return signatures;
    }

    /** What to propose to a server to be shown a key of one of these types. */
    static String proposal(Collection<KeyType> types) {
        return types.stream()
                .flatMap(type -> type.signatures.stream())
                .map(BuiltinSignatures::getName)
                .collect(Collectors.joining(","));
    }

    static Optional<KeyType> of(String signature) {
        return Arrays.stream(values())
                .filter(type ->
                        type.signatures.stream().anyMatch(s -> s.getName().equals(signature)))
                .findFirst();
    }

    /** The types of a server's proposal; those we do not know are left out. */
    static Set<KeyType> in(String proposal) {
        var types = EnumSet.noneOf(KeyType.class);
        for (var name : proposal.split(",")) {
            of(name).ifPresent(types::add);
        }
        return types;
    }
}
