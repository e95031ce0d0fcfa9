package org.novametal.openstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.novametal.image.ImageChecksum;
import org.novametal.image.ImageException;
import org.novametal.openstack.GlanceImage.Md5;

/** Answers that Keystone 22 and Glance 25 (Debian 12) gave, read as they came. */
class RecordedAnswersTest {
    private static JsonNode answer(String name) throws Exception {
        try (InputStream in = Objects.requireNonNull(
                RecordedAnswersTest.class.getResourceAsStream("/org/novametal/openstack/" + name), name)) {
            return JsonMapper.builder().build().readTree(in);
        }
    }

    @Test
    void theCatalogOfATokenLeadsToGlance() throws Exception {
        ServiceCatalog catalog =
                ServiceCatalog.of(answer("keystone-token.json").path("token").path("catalog"));

        assertThat(catalog.url(GlanceFixture.endpoint(List.of("internal", "public"), Optional.empty())))
                .hasToString("http://127.0.0.1:39292");
        assertThat(catalog.url(GlanceFixture.endpoint(List.of("internal", "public"), Optional.of("RegionTwo"))))
                .hasToString("http://127.0.0.1:1");
    }

    @Test
    void anActiveImageIsRead() throws Exception {
        JsonNode json = answer("glance-image.json");
        GlanceImage image = GlanceImage.of(json.path("id").asText(), json);
        image.requireUsable();

        assertThat(image.sizeBytes()).hasValue(3145728);
        assertThat(image.minDiskGb()).isEqualTo(1);
        assertThat(image.visibility()).contains("shared");
        assertThat(image.properties())
                .containsExactlyInAnyOrderEntriesOf(Map.of("os_distro", "debian", "hw_architecture", "x86_64"));
        assertThat(image.checksum(Md5.IGNORED))
                .contains(new ImageChecksum(
                        ImageChecksum.Algorithm.SHA512,
                        json.path("os_hash_value").asText()));
    }

    @Test
    void anImageThatHasNoBytesYetIsRefused() throws Exception {
        JsonNode json = answer("glance-image-queued.json");
        GlanceImage image = GlanceImage.of(json.path("id").asText(), json);

        assertThat(image.sizeBytes()).isEmpty();
        assertThat(image.checksum(Md5.ALLOWED)).isEmpty();
        assertThatExceptionOfType(ImageException.class)
                .isThrownBy(image::requireUsable)
                .withMessageContaining("'queued'");
    }
}
