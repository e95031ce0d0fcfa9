package org.novametal.baremetal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.Iterables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.config.Option;
import org.novametal.driver.config.OptionSection;

class ConfigSampleTest {
    /** The kinds of options that take every text. */
    private static final Set<String> FREE_TEXT = Set.of("a text", "a class name", "a shell command");

    private static final Pattern COMMENTED = Pattern.compile("(?m)^#([a-z_]+ = )");

    private static BareMetalOptions load(String text) {
        return BareMetalOptions.from(
                NovaConf.builder().text("nova.conf.sample", text).build());
    }

    private static BareMetalOptions defaults() {
        return BareMetalOptions.of(Path.of("/var/lib/nova-metal"), Path.of("/var/lib/nova-metal/dhcp"));
    }

    @Test
    void theSampleLoadsAndChangesNothing() {
        assertThat(load(ConfigSample.text())).isEqualTo(defaults());
    }

    @Test
    void theSampleWithEveryLineInForceLoadsAndHasTheDefaults() {
        String inForce = COMMENTED.matcher(ConfigSample.text()).replaceAll("$1");
        BareMetalOptions options = load(inForce);
        assertThat(options.withPlaces(defaults().places())
                        .withDhcp(defaults().dhcp())
                        .withHttp(defaults().http())
                        .withImages(defaults().images())
                        .withDeploying(defaults().deploying())
                        .withAgent(defaults().agent())
                        .withInventory(defaults().inventory())
                        .withEvents(defaults().events()))
                .isEqualTo(defaults());
        assertThat(options.places().bmcPluginDir()).isPresent();
        assertThat(options.http().url()).isPresent();
        assertThat(options.images().glance()).isPresent();
        assertThat(options.agent().tls()).isPresent();
        assertThat(options.inventory().database()).isPresent();
        assertThat(options.events().notificationFile()).isPresent();
        assertThat(options.deploying().kernel()).isPresent();
        assertThat(options.deploying().ramdisk()).isPresent();
    }

    @Test
    void everyOptionStandsInTheSampleOnceWithWhatItMeans() {
        for (OptionSection section : Iterables.concat(OptionTable.SECTIONS, GlanceOptionTable.SECTIONS)) {
            for (Option<?> option : section.options()) {
                assertThat(ConfigSample.text().lines())
                        .filteredOn(line -> line.matches("#?" + option.name() + " = .*"))
                        .as(option.name())
                        .hasSize(1);
                assertThat(option.help()).endsWith(".");
            }
        }
        assertThat(ConfigSample.text().lines()).allMatch(line -> line.length() <= 110);
    }

    @Test
    void everyOptionIsReadSoAWrongValueIsReported() {
        List<? extends Option<?>> typed = OptionTable.SECTIONS.stream()
                .flatMap(section -> section.options().stream())
                .filter(option -> !FREE_TEXT.contains(option.kind()))
                .toList();

        assertThat(typed)
                .hasSizeGreaterThan(30)
                .allSatisfy(
                        option -> assertThatThrownBy(() -> load("[baremetal]\n" + option.name() + " = not a value\n"))
                                .as(option.name())
                                .hasMessageContaining(option.name()));
    }

    /** After a change of an option: copy the table that this test prints into the README. */
    @Test
    void theReadmeShowsTheOptionsAsTheyAre() throws IOException {
        Path readme = Path.of("README.md");
        String text = Files.readString(readme);
        int begin = text.indexOf("| option |");
        int glance = text.indexOf("| option |", begin + 1);

        assertThat(text.substring(begin, text.indexOf("\n\n", begin) + 1))
                .as("the table of options in %s, which must be", readme.toAbsolutePath())
                .isEqualTo(ConfigSample.table());
        assertThat(text.substring(glance, text.indexOf("\n\n", glance) + 1))
                .as("the table of the options of [glance] in %s, which must be", readme.toAbsolutePath())
                .isEqualTo(ConfigSample.glanceTable());
    }
}
