package org.novametal.openstack;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.novametal.fake.FakeGlance;
import org.novametal.fake.FakeGlanceSettings;
import org.novametal.openstack.KeystoneCredentials.Domain;
import org.novametal.openstack.KeystoneCredentials.Named;
import org.novametal.openstack.ServiceOptions.Connection;
import org.novametal.openstack.ServiceOptions.Endpoint;
import org.novametal.openstack.ServiceOptions.Identity;
import org.novametal.openstack.ServiceOptions.Verification;

/** Options that fit a {@link FakeGlance}. */
public final class GlanceFixture {
    public static final String ID = "161ad13f-3e58-45be-9567-08ccec9da7b3";
    static final String AUTH = "/v3/auth/tokens";
    static final Domain DEFAULT = new Domain.OfName("Default");

    private GlanceFixture() {}

    static KeystoneCredentials password(String password) {
        return new KeystoneCredentials.Password(
                new Named.ByName("nova", DEFAULT), password, new Named.ByName("service", DEFAULT));
    }

    /** The options that fit the fake's usual settings. */
    public static ServiceOptions options(FakeGlance glance) {
        return options(glance.authUrl(), password(FakeGlanceSettings.DEFAULTS.password()));
    }

    static ServiceOptions options(URI authUrl, KeystoneCredentials credentials) {
        return new ServiceOptions(
                Optional.of(new Identity(authUrl, credentials)),
                endpoint(List.of("internal", "public"), Optional.empty()),
                connection(2));
    }

    static Endpoint endpoint(List<String> interfaces, Optional<String> region) {
        return new Endpoint("image", Optional.empty(), interfaces, region, Optional.empty());
    }

    static Connection connection(int retries) {
        return new Connection(Optional.empty(), Verification.ON, Duration.ofSeconds(20), retries, Duration.ofMillis(1));
    }
}
