package org.novametal.examples.computehost;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.novametal.driver.config.NovaConf;

class HostOptionsTest {
    private static HostOptions load(String text) {
        return HostOptions.from(NovaConf.builder()
                .text("nova.conf", "[DEFAULT]\nhost = metal-1\n" + text)
                .build());
    }

    @Test
    void theSampleLoadsAndChangesNothing() {
        assertThat(load(HostOptions.sample())).isEqualTo(load(""));
    }

    @Test
    void theSampleWithEveryLineInForceLoads() {
        HostOptions all = load(HostOptions.sample().replaceAll("(?m)^#([a-z_]+ = )", "$1"));
        assertThat(all.httpListen()).isPresent();
        assertThat(all.server().owner()).contains("nova");
    }

    @Test
    void everyOptionStandsInTheReadme() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        assertThat(HostOptions.all()).allSatisfy(option -> assertThat(readme).contains("`" + option.name() + "`"));
    }
}
