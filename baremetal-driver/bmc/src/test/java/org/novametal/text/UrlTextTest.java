package org.novametal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class UrlTextTest {
    @Test
    void userPasswordQueryAndFragmentAreLeftOut() {
        assertThat(without("https://ann:pw@images.example:8443/a%20b/c.raw?sig=pw#pw"))
                .isEqualTo("https://images.example:8443/a%20b/c.raw");
    }

    @Test
    void aUrlWithoutSecretsStaysAsItIs() {
        for (String url : List.of("http://[fd00::1]:80/x", "http://host", "http://h_o_s_t/x", "file:/srv/x", "/x")) {
            assertThat(without(url)).isEqualTo(url);
        }
    }

    @Test
    void hostsThatJavaDoesNotRecognizeKeepTheirNameAndLoseTheirPassword() {
        assertThat(without("http://ann:pw@image_server/x")).isEqualTo("http://image_server/x");
        assertThat(without("http://ann:p@w@host/x")).isEqualTo("http://host/x");
    }

    @Test
    void onlyTheSchemeOfAnOpaqueUrlIsShown() {
        assertThat(without("http:ann:pw@host/x")).isEqualTo("http:…");
    }

    private static String without(String url) {
        String shown = UrlText.withoutSecrets(URI.create(url));
        assertThat(URI.create(shown).toString()).isEqualTo(shown);
        return shown;
    }
}
