package org.novametal.baremetal.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.novametal.driver.config.ConfReader;
import org.novametal.driver.config.Option;
import org.novametal.driver.config.Option.Need;
import org.novametal.driver.config.Option.Places;
import org.novametal.driver.config.OptionSection;
import org.novametal.driver.config.Texts;
import org.novametal.driver.model.Secret;
import org.novametal.openstack.KeystoneCredentials;
import org.novametal.openstack.KeystoneCredentials.Domain;
import org.novametal.openstack.KeystoneCredentials.Named;
import org.novametal.openstack.ServiceOptions;
import org.novametal.openstack.ServiceOptions.Connection;
import org.novametal.openstack.ServiceOptions.Endpoint;
import org.novametal.openstack.ServiceOptions.Identity;
import org.novametal.openstack.ServiceOptions.Verification;

/**
 * The table of the options of {@code [glance]} that the driver reads. The section is shared with Nova, so options of other names
 * are left alone. Names and meanings are those of keystoneauth (its session, adapter and plug-in options) and of Nova.
 */
final class GlanceOptionTable {
    static final String GROUP = "glance";

    private static final String AUTH_TYPES = "password, v3password, v3applicationcredential or none";
    private static final List<String> INTERFACES = List.of("internal", "public");
    private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

    /** The values of {@code auth_type}; the names are keystoneauth's. */
    enum AuthType {
        PASSWORD,
        APPLICATION_CREDENTIAL,
        NONE;

        static AuthType of(String text) {
            return switch (text) {
                case "password", "v3password" -> PASSWORD;
                case "v3applicationcredential" -> APPLICATION_CREDENTIAL;
                case "none" -> NONE;
                default -> throw new IllegalArgumentException("is not one of " + AUTH_TYPES.replace(" or ", ", "));
            };
        }

        String text() {
            return switch (this) {
                case PASSWORD -> "password";
                case APPLICATION_CREDENTIAL -> "v3applicationcredential";
                case NONE -> "none";
            };
        }
    }

    static final Option<AuthType> AUTH_TYPE = Option.of(
            "auth_type",
            AUTH_TYPES,
            new Need.None<>("password"),
            "How the driver gets its tokens from Keystone. Needed for images of Glance; not set: there are none. none: Glance asks"
                    + " for no token, and endpoint_override says where it is.",
            AuthType.NONE,
            AuthType::of,
            AuthType::text);

    static final Option<String> AUTH_SECTION = text(
            "auth_section",
            "glance",
            "The section of the file that has auth_type and the options of the credentials, such as service_user. Not set: this"
                    + " one.");

    static final Option<URI> AUTH_URL = url("auth_url", "http://controller:5000/v3", "Keystone's URL.");

    static final Option<String> USERNAME =
            text("username", "nova", "The name of the driver's user, with user_domain_name or user_domain_id.");
    static final Option<String> USER_ID = text("user_id", "5f3c…", "The id of the driver's user, instead of its name.");
    static final Option<String> USER_DOMAIN_NAME =
            text("user_domain_name", "Default", "The name of the domain of the user.");
    static final Option<String> USER_DOMAIN_ID =
            text("user_domain_id", "default", "The id of the domain of the user, instead of its name.");
    static final Option<Secret> PASSWORD = secret("password", "The user's password.");
    static final Option<String> PROJECT_NAME = text(
            "project_name",
            "service",
            "The name of the project in which the user has a role that may read all images.");
    static final Option<String> PROJECT_ID = text("project_id", "c60e…", "The id of the project, instead of its name.");
    static final Option<String> PROJECT_DOMAIN_NAME =
            text("project_domain_name", "Default", "The name of the domain of the project.");
    static final Option<String> PROJECT_DOMAIN_ID =
            text("project_domain_id", "default", "The id of the domain of the project, instead of its name.");
    static final Option<String> DEFAULT_DOMAIN_NAME = text(
            "default_domain_name", "Default", "The name of the domain of user and project, where those are not given.");
    static final Option<String> DEFAULT_DOMAIN_ID = text(
            "default_domain_id", "default", "The id of the domain of user and project, where those are not given.");
    static final Option<String> APPLICATION_CREDENTIAL_ID = text(
            "application_credential_id", "21dc…", "The id of an application credential; for v3applicationcredential.");
    static final Option<String> APPLICATION_CREDENTIAL_NAME = text(
            "application_credential_name",
            "nova-metal",
            "The name of an application credential, instead of its id; needs its user.");
    static final Option<Secret> APPLICATION_CREDENTIAL_SECRET =
            secret("application_credential_secret", "The secret of the application credential.");

    static final Option<String> SERVICE_TYPE = new Option<>(
            "service_type",
            "a text",
            new Need.Default<>("image"),
            Places.OURS,
            "The type of Glance in Keystone's catalog.",
            (reader, key) -> reader.string(key).minLength(1),
            value -> value);
    static final Option<String> SERVICE_NAME =
            text("service_name", "glance", "The name of Glance in the catalog, where several services have that type.");
    static final Option<String> REGION_NAME =
            text("region_name", "RegionOne", "The region of Glance. Not set: the first one in the catalog.");
    static final Option<List<String>> VALID_INTERFACES = new Option<>(
            "valid_interfaces",
            "interfaces, separated by commas",
            new Need.Default<>(INTERFACES),
            Places.OURS,
            "The interfaces of Glance's endpoints, by preference.",
            (reader, key) -> reader.converted(key, INTERFACES, GlanceOptionTable::interfaces),
            value -> String.join(",", value));
    static final Option<URI> ENDPOINT_OVERRIDE =
            url("endpoint_override", "http://controller:9292", "Glance's URL, used instead of the catalog.");

    static final Option<Path> CAFILE = Option.of(
            "cafile",
            "an absolute path",
            new Need.None<>("/etc/ssl/certs/ca-certificates.crt"),
            "The certificates, in PEM, of the CAs that are trusted. Not set: those of the Java runtime.",
            Path.of("/"),
            Texts::absolute,
            Path::toString);
    static final Option<Boolean> INSECURE = Option.bool(
            "insecure", false, "Whether certificates are not verified: then anybody in between can change images.");
    static final Option<Duration> TIMEOUT = Option.seconds(
            "timeout",
            "1",
            "60",
            "How long one call to Keystone or Glance may take in all; a download has image_download_timeout.");
    static final Option<Integer> NUM_RETRIES = Option.integer(
            "num_retries",
            0,
            3,
            "How often a call is tried again when Keystone or Glance does not answer or is not ready.");
    static final Option<Boolean> VERIFY_GLANCE_SIGNATURES = new Option<>(
            "verify_glance_signatures",
            "false",
            new Need.Default<>(false),
            Places.OURS,
            "Signatures of images are not verified, so a file that asks for it is refused.",
            (reader, key) -> reader.bool(key)
                    .check(value -> !value, "is not supported: this driver does not verify the signatures of images"),
            value -> Boolean.toString(value));

    static final List<OptionSection> SECTIONS = List.of(
            new OptionSection(
                    "Keystone",
                    List.of(
                            AUTH_TYPE,
                            AUTH_SECTION,
                            AUTH_URL,
                            USERNAME,
                            USER_ID,
                            USER_DOMAIN_NAME,
                            USER_DOMAIN_ID,
                            PASSWORD,
                            PROJECT_NAME,
                            PROJECT_ID,
                            PROJECT_DOMAIN_NAME,
                            PROJECT_DOMAIN_ID,
                            DEFAULT_DOMAIN_NAME,
                            DEFAULT_DOMAIN_ID,
                            APPLICATION_CREDENTIAL_ID,
                            APPLICATION_CREDENTIAL_NAME,
                            APPLICATION_CREDENTIAL_SECRET)),
            new OptionSection(
                    "Glance",
                    List.of(
                            SERVICE_TYPE,
                            SERVICE_NAME,
                            REGION_NAME,
                            VALID_INTERFACES,
                            ENDPOINT_OVERRIDE,
                            CAFILE,
                            INSECURE,
                            TIMEOUT,
                            NUM_RETRIES,
                            VERIFY_GLANCE_SIGNATURES)));

    private GlanceOptionTable() {}

    /** How Glance is reached; empty when the file does not say how tokens are got. */
    static Optional<ServiceOptions> read(ConfReader all) {
        ConfReader glance = all.in(GROUP);
        Connection connection = new Connection(
                CAFILE.optional(glance),
                INSECURE.value(glance) ? Verification.OFF : Verification.ON,
                TIMEOUT.value(glance),
                NUM_RETRIES.value(glance),
                RETRY_DELAY);
        Endpoint endpoint = new Endpoint(
                SERVICE_TYPE.value(glance),
                SERVICE_NAME.optional(glance),
                VALID_INTERFACES.value(glance),
                REGION_NAME.optional(glance),
                ENDPOINT_OVERRIDE.optional(glance));
        VERIFY_GLANCE_SIGNATURES.value(glance);
        ConfReader auth =
                AUTH_SECTION.optional(glance).map(section -> all.in(section)).orElse(glance);
        if (!auth.isSet(AUTH_TYPE.name())) {
            requireNothingElse(glance, auth);
            return Optional.empty();
        }
        return AUTH_TYPE.optional(auth).flatMap(type -> switch (type) {
            case NONE -> {
                if (endpoint.override().isEmpty()) {
                    glance.problem(ENDPOINT_OVERRIDE.name(), "is missing; auth_type = none needs it");
                    yield Optional.empty();
                }
                yield Optional.of(new ServiceOptions(Optional.empty(), endpoint, connection));
            }
            case PASSWORD, APPLICATION_CREDENTIAL ->
                Optional.of(new ServiceOptions(Optional.of(identity(type, auth)), endpoint, connection));
        });
    }

    /** Credentials without a type would have no effect. */
    private static void requireNothingElse(ConfReader glance, ConfReader auth) {
        boolean begun = auth != glance
                || Stream.of(
                                AUTH_URL,
                                USERNAME,
                                USER_ID,
                                PASSWORD,
                                APPLICATION_CREDENTIAL_ID,
                                APPLICATION_CREDENTIAL_SECRET)
                        .anyMatch(option -> glance.isSet(option.name()));
        if (begun) {
            auth.problem(AUTH_TYPE.name(), "is missing; it must be " + AUTH_TYPES);
        }
    }

    private static Identity identity(AuthType type, ConfReader auth) {
        URI url = AUTH_URL.value(auth);
        return new Identity(
                url,
                switch (type) {
                    case PASSWORD ->
                        new KeystoneCredentials.Password(
                                user(auth), PASSWORD.value(auth).reveal(), project(auth));
                    case APPLICATION_CREDENTIAL -> applicationCredential(auth);
                    case NONE -> throw new IllegalStateException("there are no credentials");
                });
    }

    private static KeystoneCredentials applicationCredential(ConfReader auth) {
        String secret = APPLICATION_CREDENTIAL_SECRET.value(auth).reveal();
        Optional<String> name = APPLICATION_CREDENTIAL_NAME.optional(auth);
        if (name.isPresent() && !auth.isSet(APPLICATION_CREDENTIAL_ID.name())) {
            return new KeystoneCredentials.NamedApplicationCredential(name.get(), user(auth), secret);
        }
        return new KeystoneCredentials.ApplicationCredential(APPLICATION_CREDENTIAL_ID.value(auth), secret);
    }

    private static Named user(ConfReader auth) {
        return named(auth, USER_ID, USERNAME, USER_DOMAIN_ID, USER_DOMAIN_NAME);
    }

    private static Named project(ConfReader auth) {
        return named(auth, PROJECT_ID, PROJECT_NAME, PROJECT_DOMAIN_ID, PROJECT_DOMAIN_NAME);
    }

    private static Named named(
            ConfReader auth,
            Option<String> id,
            Option<String> name,
            Option<String> domainId,
            Option<String> domainName) {
        Optional<String> given = id.optional(auth);
        if (given.isPresent()) {
            return new Named.ById(given.get());
        }
        String chosen = name.value(auth);
        Optional<Domain> domain = domainId.optional(auth)
                .<Domain>map(Domain.OfId::new)
                .or(() -> domainName.optional(auth).map(Domain.OfName::new))
                .or(() -> DEFAULT_DOMAIN_ID.optional(auth).map(Domain.OfId::new))
                .or(() -> DEFAULT_DOMAIN_NAME.optional(auth).map(Domain.OfName::new));
        if (domain.isEmpty()) {
            auth.problem(domainName.name(), "is missing; " + name.name() + " is unique only within a domain");
        }
        return new Named.ByName(chosen, domain.orElse(new Domain.OfId("")));
    }

    private static List<String> interfaces(String text) {
        List<String> interfaces = Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .map(name -> name.endsWith("URL") ? name.substring(0, name.length() - 3) : name)
                .toList();
        if (!List.of("internal", "public", "admin").containsAll(interfaces)) {
            throw new IllegalArgumentException("is not a list of internal, public and admin");
        }
        return interfaces;
    }

    private static Option<String> text(String name, String example, String help) {
        return new Option<>(
                name,
                "a text",
                new Need.None<>(example),
                Places.OURS,
                help,
                (reader, key) -> reader.string(key).minLength(1),
                value -> value);
    }

    private static Option<Secret> secret(String name, String help) {
        return new Option<>(
                name,
                "a text",
                new Need.None<>("s3cret"),
                Places.OURS,
                help,
                (reader, key) ->
                        reader.secret(key).check(value -> !value.reveal().isEmpty(), "is empty"),
                _ -> "***");
    }

    private static Option<URI> url(String name, String example, String help) {
        return Option.of(
                name,
                "an http or https URL",
                new Need.None<>(example),
                help,
                URI.create("http://none.invalid"),
                GlanceOptionTable::serviceUrl,
                URI::toString);
    }

    private static URI serviceUrl(String text) {
        URI url = Texts.httpUrl(text);
        if (url.getPath().endsWith("/v2.0") || url.getPath().endsWith("/v2.0/")) {
            throw new IllegalArgumentException("is a URL of Keystone's API v2.0, which is gone; end it in /v3");
        }
        return url;
    }
}
