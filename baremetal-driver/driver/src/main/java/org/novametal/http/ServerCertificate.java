package org.novametal.http;

import com.google.common.net.InetAddresses;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.novametal.text.ForeignText;
import org.novametal.text.IoFailure;

/**
 * The certificate of a TLS server, its key, and the CAs that its clients trust. A value is checked as clients check it: the
 * key belongs to the certificate, and the certificate is valid, is for servers, names the host, and is signed by one of the
 * CAs. Immutable; {@code toString()} does not contain the key.
 *
 * <p>Source: RFC 7468 for the files; RFC 5280 and RFC 9525 for the checks.
 */
public final class ServerCertificate {
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----");
    private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String KEY_END = "-----END PRIVATE KEY-----";
    /** Source: RFC 5280 §4.2.1.12, {@code id-kp-serverAuth} and {@code anyExtendedKeyUsage}. */
    private static final Set<String> FOR_SERVERS = Set.of("1.3.6.1.5.5.7.3.1", "2.5.29.37.0");
    /** Source: RFC 5280 §4.2.1.6, the tags of {@code GeneralName}. */
    private static final int DNS_NAME = 2;

    private static final int IP_ADDRESS = 7;
    private static final int PEM_LINE = 64;

    private final List<X509Certificate> chain;
    private final PrivateKey key;
    private final List<X509Certificate> authorities;

    private ServerCertificate(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities) {
        this.chain = List.copyOf(chain);
        this.key = key;
        this.authorities = List.copyOf(authorities);
    }

    /** A certificate cannot be used. The message names the file and says why. */
    public static final class Unusable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Unusable(String message) {
            super(message);
        }

        private Unusable(String message, Throwable cause) {
            super(message + ": " + ForeignText.line(String.valueOf(cause.getMessage())), cause);
        }
    }

    /**
     * Reads a certificate from PEM files and checks it. Blocks for the disk.
     *
     * @param certificateFile the server's certificate, and the intermediate ones after it
     * @param keyFile its private key, PKCS #8, not encrypted
     * @param authoritiesFile the certificates of the CAs that clients trust
     * @param host the host name or IP address by which clients reach the server, an IPv6 address with or without brackets
     * @param now the time at which it must be valid
     * @throws Unusable when a file cannot be read, or the certificate fails a check
     */
    public static ServerCertificate read(
            Path certificateFile, Path keyFile, Path authoritiesFile, String host, Instant now) {
        List<X509Certificate> chain = certificates(certificateFile);
        List<X509Certificate> authorities = certificates(authoritiesFile);
        X509Certificate leaf = chain.getFirst();
        PrivateKey key = key(keyFile, leaf.getPublicKey().getAlgorithm());
        requireKeyOf(leaf, key, certificateFile, keyFile);
        for (X509Certificate certificate : chain) {
            requireValid(certificate, certificateFile, now);
        }
        requireForServers(leaf, certificateFile);
        requireNames(leaf, host, certificateFile);
        requireTrusted(chain, authorities, certificateFile, authoritiesFile, now);
        return new ServerCertificate(chain, key, authorities);
    }

    /** The context of a server with this certificate. */
    public SSLContext sslContext() {
        try {
            char[] password = new char[0];
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setKeyEntry("server", key, password, chain.toArray(X509Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the Java runtime cannot set up TLS", e);
        }
    }

    /** The certificates of the CAs in PEM, and nothing else that may be in their file. */
    public String authoritiesPem() {
        Base64.Encoder encoder = Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'});
        StringBuilder pem = new StringBuilder();
        for (X509Certificate authority : authorities) {
            try {
                pem.append("-----BEGIN CERTIFICATE-----\n")
                        .append(encoder.encodeToString(authority.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            } catch (CertificateException e) {
                throw new IllegalStateException("a certificate that was read cannot be written", e);
            }
        }
        return pem.toString();
    }

    /** When the first certificate of the chain, or the last CA, expires. */
    public Instant expiresAt() {
        Instant chainEnd = chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
        Instant authoritiesEnd = authorities.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .max(Instant::compareTo)
                .orElseThrow();
        return chainEnd.isBefore(authoritiesEnd) ? chainEnd : authoritiesEnd;
    }

    @Override
    public String toString() {
        return "ServerCertificate[" + chain.getFirst().getSubjectX500Principal() + "]";
    }

    private static List<X509Certificate> certificates(Path file) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            List<X509Certificate> read = new ArrayList<>();
            Matcher found = CERTIFICATE.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            while (found.find()) {
                byte[] pem = found.group().getBytes(StandardCharsets.ISO_8859_1);
                read.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(pem)));
            }
            if (read.isEmpty()) {
                throw new Unusable(file + " has no certificate in PEM");
            }
            return read;
        } catch (IOException e) {
            throw new Unusable(file + " cannot be read: " + IoFailure.reason(e), e);
        } catch (CertificateException e) {
            throw new Unusable(file + " has a certificate that cannot be read", e);
        }
    }

    private static PrivateKey key(Path file, String algorithm) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new Unusable(file + " cannot be read: " + IoFailure.reason(e), e);
        }
        int begin = text.indexOf(KEY_BEGIN);
        int end = text.indexOf(KEY_END, Math.max(0, begin));
        if (begin < 0 || end < 0) {
            throw new Unusable(file + " has no private key in PEM that begins with " + KEY_BEGIN
                    + "; convert it: openssl pkcs8 -topk8 -nocrypt -in " + file + " -out NEW_FILE");
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(text.substring(begin + KEY_BEGIN.length(), end));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            // The cause might repeat bytes of the key.
            throw new Unusable(file + " has no private key for the certificate, whose key is of kind " + algorithm);
        }
    }

    private static void requireKeyOf(X509Certificate leaf, PrivateKey key, Path certificateFile, Path keyFile) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default ->
                throw new Unusable(keyFile + " has a key of kind " + key.getAlgorithm() + "; use one of RSA or EC");
        };
        boolean isOwn;
        try {
            byte[] probe = "probe".getBytes(StandardCharsets.US_ASCII);
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(probe);
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(leaf.getPublicKey());
            verifying.update(probe);
            isOwn = verifying.verify(signing.sign());
        } catch (GeneralSecurityException e) {
            isOwn = false;
        }
        if (!isOwn) {
            throw new Unusable("the key in " + keyFile + " does not belong to the certificate in " + certificateFile
                    + ", whose subject is " + subject(leaf));
        }
    }

    private static void requireValid(X509Certificate certificate, Path file, Instant now) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant to = certificate.getNotAfter().toInstant();
        if (now.isBefore(from) || now.isAfter(to)) {
            throw new Unusable("the certificate of " + subject(certificate) + " in " + file
                    + (now.isAfter(to) ? " expired at " + to : " is not valid before " + from) + "; it is now " + now);
        }
    }

    private static void requireForServers(X509Certificate leaf, Path file) {
        List<String> purposes;
        try {
            purposes = leaf.getExtendedKeyUsage();
        } catch (CertificateParsingException e) {
            throw new Unusable("the extended key usage of the certificate in " + file + " cannot be read", e);
        }
        if (purposes != null && purposes.stream().noneMatch(FOR_SERVERS::contains)) {
            throw new Unusable("the certificate in " + file
                    + " is not for servers: its extended key usage has no serverAuth, but " + purposes);
        }
    }

    private static void requireNames(X509Certificate leaf, String host, Path file) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        Collection<List<?>> names;
        try {
            names = leaf.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            throw new Unusable("the names of the certificate in " + file + " cannot be read", e);
        }
        List<List<?>> all = names == null ? List.of() : List.copyOf(names);
        if (all.stream().noneMatch(name -> matches(name, bare))) {
            throw new Unusable("the certificate in " + file + " does not name " + ForeignText.line(host)
                    + ", the host by which clients reach the server; its subject alternative names are "
                    + ForeignText.line(
                            all.stream().map(name -> name.get(1)).toList().toString()));
        }
    }

    private static boolean matches(List<?> name, String host) {
        if (!(name.get(0) instanceof Integer kind) || !(name.get(1) instanceof String value)) {
            return false;
        }
        boolean isAddress = InetAddresses.isInetAddress(host);
        return switch (kind) {
            case IP_ADDRESS ->
                isAddress
                        && InetAddresses.isInetAddress(value)
                        && address(value).equals(address(host));
            case DNS_NAME -> !isAddress && matchesName(value, host);
            default -> false;
        };
    }

    /** A star stands for the whole first label. Source: RFC 9525 §6.3. */
    private static boolean matchesName(String pattern, String host) {
        String wanted = pattern.toLowerCase(Locale.ROOT);
        String asked = host.toLowerCase(Locale.ROOT);
        int dot = asked.indexOf('.');
        return wanted.equals(asked)
                || (wanted.startsWith("*.") && dot > 0 && wanted.substring(1).equals(asked.substring(dot)));
    }

    private static InetAddress address(String text) {
        return InetAddresses.forString(text);
    }

    private static void requireTrusted(
            List<X509Certificate> chain,
            List<X509Certificate> authorities,
            Path certificateFile,
            Path authoritiesFile,
            Instant now) {
        // A self-signed certificate is its own CA.
        if (authorities.contains(chain.getFirst())) {
            return;
        }
        try {
            // The validator does not look at the dates of a CA, but clients do.
            Set<TrustAnchor> anchors = authorities.stream()
                    .filter(authority -> !now.isAfter(authority.getNotAfter().toInstant()))
                    .map(authority -> new TrustAnchor(authority, null))
                    .collect(Collectors.toCollection(HashSet::new));
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateFactory.getInstance("X.509")
                                    .generateCertPath(chain.stream()
                                            .filter(certificate -> !authorities.contains(certificate))
                                            .toList()),
                            parameters);
        } catch (GeneralSecurityException e) {
            throw new Unusable(
                    "the certificate in " + certificateFile + " is not signed by a CA of " + authoritiesFile
                            + " that is valid now, directly or through the certificates that follow it",
                    e);
        }
    }

    private static String subject(X509Certificate certificate) {
        return ForeignText.line(certificate.getSubjectX500Principal().toString());
    }
}
