package org.novametal.baremetal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.error.DriverException;
import org.novametal.openstack.KeystoneCredentials.ApplicationCredential;
import org.novametal.openstack.KeystoneCredentials.Domain;
import org.novametal.openstack.KeystoneCredentials.Named;
import org.novametal.openstack.KeystoneCredentials.NamedApplicationCredential;
import org.novametal.openstack.KeystoneCredentials.Password;
import org.novametal.openstack.ServiceOptions;
import org.novametal.openstack.ServiceOptions.Verification;

/** The section {@code [glance]}, as Nova's operators write it. */
class GlanceOptionsTest {
    private static Optional<ServiceOptions> read(String... lines) {
        return BareMetalOptions.from(NovaConf.builder()
                        .text(
                                "nova.conf",
                                "[baremetal]\nstate_path = /s\ndhcp_dir = /d\n" + String.join("\n", lines) + "\n")
                        .build())
                .images()
                .glance();
    }

    private static void refused(String words, String... lines) {
        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> read(lines))
                .withMessageContaining(words);
    }

    @Test
    void aSectionWithoutCredentialsAsNovaHasItConfiguresNothing() {
        assertThat(read()).isEmpty();
        assertThat(read("[glance]", "api_servers = http://controller:9292", "region_name = R", "debug = yes"))
                .isEmpty();
    }

    @Test
    void everyOptionOfAPasswordIsRead() {
        ServiceOptions options = read(
                        "[glance]",
                        "auth_type = password",
                        "auth_url = https://controller:5000/v3",
                        "username = nova",
                        "user_domain_name = Default",
                        "password = s3cret",
                        "project_name = service",
                        "project_domain_id = default",
                        "service_type = image-x",
                        "service_name = glance-x",
                        "region_name = RegionTwo",
                        "valid_interfaces = publicURL, internal",
                        "endpoint_override = http://controller:9292/v2",
                        "cafile = /etc/ca.pem",
                        "insecure = true",
                        "timeout = 7",
                        "num_retries = 5")
                .orElseThrow();

        assertThat(options.identity().orElseThrow().authUrl()).isEqualTo(URI.create("https://controller:5000/v3"));
        assertThat(options.identity().orElseThrow().credentials())
                .isEqualTo(new Password(
                        new Named.ByName("nova", new Domain.OfName("Default")),
                        "s3cret",
                        new Named.ByName("service", new Domain.OfId("default"))));
        assertThat(options.endpoint())
                .isEqualTo(new ServiceOptions.Endpoint(
                        "image-x",
                        Optional.of("glance-x"),
                        List.of("public", "internal"),
                        Optional.of("RegionTwo"),
                        Optional.of(URI.create("http://controller:9292/v2"))));
        assertThat(options.connection())
                .isEqualTo(new ServiceOptions.Connection(
                        Optional.of(Path.of("/etc/ca.pem")),
                        Verification.OFF,
                        Duration.ofSeconds(7),
                        5,
                        Duration.ofSeconds(1)));
    }

    @Test
    void anApplicationCredentialIsGivenByIdOrByName() {
        String[] head = {"[glance]", "auth_type = v3applicationcredential", "auth_url = http://k:5000"};

        assertThat(credentials(head, "application_credential_id = 21dc", "application_credential_secret = s3cret"))
                .isEqualTo(new ApplicationCredential("21dc", "s3cret"));
        assertThat(credentials(
                        head,
                        "application_credential_name = metal",
                        "application_credential_secret = s3cret",
                        "user_id = u1"))
                .isEqualTo(new NamedApplicationCredential("metal", new Named.ById("u1"), "s3cret"));
    }

    private static Object credentials(String[] head, String... more) {
        String[] lines = Stream.concat(Arrays.stream(head), Arrays.stream(more)).toArray(String[]::new);
        return read(lines).orElseThrow().identity().orElseThrow().credentials();
    }

    @Test
    void theCredentialsMayStandInAnotherSection() {
        ServiceOptions options = read(
                        "[glance]",
                        "auth_section = service_user",
                        "region_name = R",
                        "[service_user]",
                        "auth_type = v3password",
                        "auth_url = http://k:5000",
                        "user_id = u1",
                        "password = s3cret",
                        "project_id = p1")
                .orElseThrow();

        assertThat(options.identity().orElseThrow().credentials())
                .isEqualTo(new Password(new Named.ById("u1"), "s3cret", new Named.ById("p1")));
        assertThat(options.endpoint().region()).contains("R");
    }

    @Test
    void aGlanceWithoutKeystoneNeedsItsUrl() {
        assertThat(read("[glance]", "auth_type = none", "endpoint_override = http://g:9292")
                        .orElseThrow()
                        .identity())
                .isEmpty();
        refused("[glance] endpoint_override: is missing", "[glance]", "auth_type = none");
    }

    @Test
    void everythingThatIsMissingIsReportedAtOnce() {
        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> read("[glance]", "auth_type = password"))
                .withMessageContaining("[glance] auth_url: is missing")
                .withMessageContaining("[glance] username: is missing")
                .withMessageContaining("[glance] user_domain_name: is missing")
                .withMessageContaining("[glance] password: is missing")
                .withMessageContaining("[glance] project_name: is missing");
        refused(
                "[glance] application_credential_secret: is missing",
                "[glance]",
                "auth_type = v3applicationcredential",
                "auth_url = http://k:5000",
                "application_credential_id = x");
    }

    @Test
    void credentialsWithoutATypeAreRefused() {
        refused("[glance] auth_type: is missing", "[glance]", "username = nova", "password = s3cret");
        refused("[service_user] auth_type: is missing", "[glance]", "auth_section = service_user");
    }

    @Test
    void wrongValuesAreReportedWithoutSecrets() {
        refused("'v2password' is not one of password", "[glance]", "auth_type = v2password");
        refused("is not a list of internal, public and admin", "[glance]", "valid_interfaces = internet");
        refused("v2.0, which is gone", "[glance]", "auth_type = password", "auth_url = http://k:5000/v2.0");
        refused("does not verify the signatures", "[glance]", "verify_glance_signatures = true");
        refused("is not an absolute path", "[glance]", "cafile = ca.pem");
        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> read("[glance]", "auth_type = password", "password = pw-4711"))
                .withMessageNotContaining("4711");
    }
}
