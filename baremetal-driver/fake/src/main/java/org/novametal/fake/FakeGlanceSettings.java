package org.novametal.fake;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * The settings of a {@link FakeGlance}.
 *
 * @param port the port of 127.0.0.1; 0 takes any free one
 * @param user the name of the user that Keystone knows, in the domain {@code Default}
 * @param password the user's password
 * @param project the name of the project in which the user has a role, in the domain {@code Default}
 * @param applicationCredential the id, and the name, of an application credential of the user
 * @param applicationCredentialSecret its secret
 * @param tokenLife how long a token is valid
 * @param regions the regions of the catalog; each has separate images
 * @param unknownImages what Glance answers when it is asked for an id that nobody has put
 * @param nanoTime the monotonic clock by which tokens expire
 */
public record FakeGlanceSettings(
        int port,
        String user,
        String password,
        String project,
        String applicationCredential,
        String applicationCredentialSecret,
        Duration tokenLife,
        List<String> regions,
        UnknownImages unknownImages,
        LongSupplier nanoTime) {
    /** The usual settings: any port, user {@code nova} of project {@code service}, tokens for an hour, one region. */
    public static final FakeGlanceSettings DEFAULTS = new FakeGlanceSettings(
            0,
            "nova",
            "nova-secret",
            "service",
            "app-cred",
            "app-secret",
            Duration.ofHours(1),
            List.of("RegionOne"),
            UnknownImages.NOT_FOUND,
            System::nanoTime);

    /** What Glance answers when it is asked for an id that nobody has put. */
    public enum UnknownImages {
        /** 404, as the real one does. */
        NOT_FOUND,
        /** A raw image of 1 MiB with a partition table, as Nova's own tests of drivers need it. */
        SMALL_RAW
    }

    /** Copies the regions. */
    public FakeGlanceSettings {
        regions = List.copyOf(regions);
        Objects.requireNonNull(unknownImages, "unknownImages");
        if (regions.isEmpty() || !tokenLife.isPositive()) {
            throw new IllegalArgumentException("a cloud has a region, and its tokens live for a while");
        }
    }

    /** These settings with another port. */
    public FakeGlanceSettings withPort(int other) {
        return new FakeGlanceSettings(
                other,
                user,
                password,
                project,
                applicationCredential,
                applicationCredentialSecret,
                tokenLife,
                regions,
                unknownImages,
                nanoTime);
    }

    /** These settings with another life of tokens, by another clock. */
    public FakeGlanceSettings withTokens(Duration life, LongSupplier clock) {
        return new FakeGlanceSettings(
                port,
                user,
                password,
                project,
                applicationCredential,
                applicationCredentialSecret,
                life,
                regions,
                unknownImages,
                clock);
    }

    /** These settings with other regions. */
    public FakeGlanceSettings withRegions(String... others) {
        return new FakeGlanceSettings(
                port,
                user,
                password,
                project,
                applicationCredential,
                applicationCredentialSecret,
                tokenLife,
                List.of(others),
                unknownImages,
                nanoTime);
    }

    /** These settings with another answer to unknown ids. */
    public FakeGlanceSettings withUnknownImages(UnknownImages other) {
        return new FakeGlanceSettings(
                port,
                user,
                password,
                project,
                applicationCredential,
                applicationCredentialSecret,
                tokenLife,
                regions,
                other,
                nanoTime);
    }

    /** Leaves out the secrets. */
    @Override
    public String toString() {
        return "FakeGlanceSettings[" + user + ", " + project + ", " + regions + ", " + unknownImages + "]";
    }
}
