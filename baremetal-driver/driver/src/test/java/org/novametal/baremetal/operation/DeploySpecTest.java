package org.novametal.baremetal.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.novametal.driver.model.PowerAfterSpawn;

class DeploySpecTest {
    @Test
    void aUrlWithUserPasswordOrQueryIsASecret() {
        for (String url : List.of(
                "https://ann:pw-4711@images.example/a.raw",
                "https://images.example/a.raw?X-Amz-Signature=pw-4711",
                "http://ann:pw-4711@image_server/a.raw",
                "http://ann:pw-@4711@images.example/a.raw",
                "http:ann:pw-4711@images.example/a.raw")) {
            DeploySpec complete = spec(url);

            assertThat(complete.withoutSecrets().imageSource().toString()).doesNotContain("pw-", "ann", "4711");
            assertThat(complete.withoutSecrets().secrets()).isEmpty();
            assertThat(complete.toString() + complete.secrets()).doesNotContain("pw-", "4711");
            assertThat(complete.withoutSecrets().withSecrets(complete.secrets()))
                    .isEqualTo(complete);
        }
    }

    @Test
    void aUrlWithoutThemIsNone() {
        for (String url : List.of("https://images.example/a.raw", "file:///srv/a%20b.raw", "file:/srv/a.raw")) {
            assertThat(spec(url).secrets()).isEmpty();
            assertThat(spec(url).withoutSecrets()).isEqualTo(spec(url));
        }
    }

    private static DeploySpec spec(String url) {
        return new DeploySpec(
                "host-1",
                "image-1",
                URI.create(url),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                List.of(),
                PowerAfterSpawn.ON,
                "req-1",
                Set.of());
    }
}
