package org.novametal.bmc.redfish;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import okhttp3.OkHttpClient;

/**
 * By what a BMC's certificate is believed: one fingerprint, or all that this Java trusts. A refusal names the fingerprint
 * that was seen, so that a person can compare it and pin it. Safe for several threads.
 */
final class CertificateTrust extends X509ExtendedTrustManager {
    private final Optional<String> pinned;
    private final X509ExtendedTrustManager platform;

    private CertificateTrust(Optional<String> pinned, X509ExtendedTrustManager platform) {
        this.pinned = pinned;
        this.platform = platform;
    }

    /** Makes a client trust a BMC by the fingerprint of its certificate alone, or, without one, as this Java does. */
    static void configure(OkHttpClient.Builder client, Optional<String> fingerprint) {
        try {
            CertificateTrust trust = new CertificateTrust(fingerprint, platformTrust());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trust}, null);
            client.sslSocketFactory(context.getSocketFactory(), trust);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot set up TLS", e);
        }
        if (fingerprint.isPresent()) {
            // The pin says whose certificate it is; what BMCs write into theirs is rarely their name.
            client.hostnameVerifier((_, _) -> true);
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

    /** A certificate that is not believed. */
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
                throw new UntrustedCertificateException("its certificate has the SHA-256 fingerprint " + seen
                        + ", pinned is " + pinned.get() + "; find out why before you pin the new one");
            }
            return;
        }
        try {
            platformCheck.check();
        } catch (CertificateException e) {
            throw new UntrustedCertificateException(
                    "this Java does not trust its certificate (" + e.getMessage()
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
        return new CertificateException("clients are not checked here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return platform.getAcceptedIssuers();
    }
}
