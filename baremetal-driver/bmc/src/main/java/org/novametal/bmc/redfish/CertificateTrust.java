package org.novametal.bmc.redfish;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Decides whether a BMC's certificate is trusted: by one pinned fingerprint, or by the trust store of the Java runtime. The
 * exception for an untrusted certificate contains its fingerprint, so that a person can compare it and pin it. Safe for
 * several threads.
 */
final class CertificateTrust extends X509ExtendedTrustManager {
    private final Optional<String> pinned;
    private final X509ExtendedTrustManager platform;

    private CertificateTrust(Optional<String> pinned, X509ExtendedTrustManager platform) {
        this.pinned = pinned;
        this.platform = platform;
    }

    /**
     * Makes sockets that trust only the certificate with the given fingerprint, or, without one, the Java runtime's trust
     * store.
     */
    static SSLSocketFactory socketFactory(Optional<String> fingerprint) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new CertificateTrust(fingerprint, Platform.TRUST)}, Platform.RANDOM);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime cannot set up TLS", e);
        }
    }

    /** What all BMCs share: the trust store of the Java runtime, which has more than a hundred certificates. */
    private static final class Platform {
        static final X509ExtendedTrustManager TRUST = read();
        static final SecureRandom RANDOM = new SecureRandom();

        private static X509ExtendedTrustManager read() {
            try {
                return platformTrust();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("the Java runtime cannot read its trust store", e);
            }
        }
    }

    private static X509ExtendedTrustManager platformTrust() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager x509) {
                return x509;
            }
        }
        throw new GeneralSecurityException("there is no X.509 trust manager");
    }

    /** The BMC's certificate is not trusted. */
    static final class UntrustedCertificateException extends CertificateException {
        private static final long serialVersionUID = 1L;

        UntrustedCertificateException(String message) {
            super(message);
        }

        UntrustedCertificateException(String message, CertificateException cause) {
            super(message, cause);
        }
    }

    private interface PlatformCheck {
        void check() throws CertificateException;
    }

    private void check(X509Certificate[] chain, PlatformCheck platformCheck) throws CertificateException {
        String seen = fingerprint(chain[0]);
        if (pinned.isPresent()) {
            if (!pinned.get().equals(seen)) {
                throw new UntrustedCertificateException("its certificate has the SHA-256 fingerprint " + seen + ", but "
                        + pinned.get() + " is pinned; find out why before you pin the new one");
            }
            return;
        }
        try {
            platformCheck.check();
        } catch (CertificateException e) {
            throw new UntrustedCertificateException(
                    "the Java runtime does not trust its certificate (" + e.getMessage()
                            + "); if it is the BMC's own, pin its SHA-256 fingerprint " + seen,
                    e);
        }
    }

    /** The SHA-256 of a certificate in lower-case hexadecimal digits. */
    private static String fingerprint(X509Certificate certificate) throws CertificateException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new CertificateException("the certificate cannot be hashed", e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain, () -> platform.checkServerTrusted(chain, authType, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, () -> platform.checkServerTrusted(chain, authType, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, () -> platform.checkServerTrusted(chain, authType));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw notAServer();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw notAServer();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw notAServer();
    }

    private static CertificateException notAServer() {
        return new CertificateException("client certificates are not supported");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return platform.getAcceptedIssuers();
    }
}
