package org.novametal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.novametal.scheduler.host.SampleHosts.instance;
import static org.novametal.scheduler.host.SampleHosts.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.NodeName;

class HostManagerLoaderTest {
    private static final String HISTORICAL = "nova.scheduler.baremetal_host_manager.BaremetalHostManager";
    /** As it stood in a post of 2013. */
    private static final String BLOCK = """
            [baremetal]
            compute_driver=nova.virt.baremetal.driver.BareMetalDriver
            firewall_driver = nova.virt.firewall.NoopFirewallDriver
            scheduler_host_manager=nova.scheduler.baremetal_host_manager.BaremetalHostManager
            ram_allocation_ratio=1.0
            reserved_host_memory_mb=0
            """;

    private final Fleet fleet = new Fleet().add(node("node-1"));

    @TempDir
    Path folder;

    @Test
    void theBlockOf2013LoadsFromAFileAndChoosesANode() throws IOException {
        Path file = Files.writeString(folder.resolve("nova.conf"), BLOCK);
        NovaConf conf = NovaConf.builder().file(file).build();

        HostManager manager = HostManagerLoader.load(conf, fleet);

        assertThat(manager).isInstanceOf(BaremetalHostManager.class);
        assertThat(manager.select(RequestSpec.builder(
                                        instance("i"), Flavor.builder("any").build())
                                .build())
                        .node())
                .isEqualTo(new NodeName("node-1"));
    }

    @Test
    void theBlockOf2013LoadsUnderDefault() {
        assertThat(load(BLOCK.replace("[baremetal]", "[DEFAULT]"))).isInstanceOf(BaremetalHostManager.class);
    }

    @ParameterizedTest
    @ValueSource(classes = {BaremetalHostManager.class, BaremetalHostManagerFactory.class})
    void theBlockOf2013LoadsWithJavaClassNames(Class<?> type) {
        assertThat(load(BLOCK.replace(HISTORICAL, type.getName()))).isInstanceOf(BaremetalHostManager.class);
    }

    @Test
    void anotherHostManagerLoadsByItsClass() {
        NovaConf conf = Fleet.conf("[baremetal]\nscheduler_host_manager = " + SampleHostManager.class.getName());

        SampleHostManager manager = (SampleHostManager) HostManagerLoader.load(conf, fleet);

        assertThat(manager.madeBy).isEqualTo("constructor");
        assertThat(manager.conf).isSameAs(conf);
        assertThat(manager.source).isSameAs(fleet);
    }

    @Test
    void anotherHostManagerLoadsByItsFactorysClass() {
        String name = SampleHostManager.Factory.class.getName().replace("$", "$$");

        SampleHostManager manager = (SampleHostManager) load("[baremetal]\nscheduler_host_manager = " + name);

        assertThat(manager.madeBy).isEqualTo("factory");
    }

    @Test
    void theGroupOfTheDriverCountsBeforeTheDefaultOne() {
        assertThat(load("[DEFAULT]\nscheduler_host_manager = host_manager\n" + BLOCK))
                .isInstanceOf(BaremetalHostManager.class);
    }

    @Test
    void aWrongNameIsReportedWithItsPlaceAndWhatWouldWork() {
        String name = "nova.scheduler.baremetal_host_manager.BaremetalHostManger";

        assertThat(refusal(BLOCK.replace(HISTORICAL, name)))
                .startsWith("nova.conf:4: [baremetal] scheduler_host_manager: '" + name + "':")
                .contains("did you mean " + HISTORICAL + "?")
                .contains("names that work: " + HISTORICAL + ", " + BaremetalHostManagerFactory.class.getName())
                .contains(HostManagerFactory.class.getName());
    }

    @Test
    void aWrongNameIsReportedTogetherWithWrongOptions() {
        assertThat(refusal("[baremetal]\nscheduler_host_manager = nothing\nscheduler_claim_timeout = never")
                        .lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("nova.conf:2: [baremetal] scheduler_host_manager: 'nothing': is neither"),
                        line -> assertThat(line)
                                .isEqualTo(
                                        "nova.conf:3: [baremetal] scheduler_claim_timeout: 'never' is not a number"));
    }

    @Test
    void aMissingNameIsReportedWithWhatWouldWork() {
        assertThat(refusal("[baremetal]\n"))
                .startsWith("nova.conf: [baremetal] scheduler_host_manager: is missing, here and in [DEFAULT];")
                .contains(HISTORICAL);
    }

    @Test
    void aClassThatIsNoHostManagerIsRefused() {
        assertThat(refusal("[baremetal]\nscheduler_host_manager = java.lang.String"))
                .startsWith("nova.conf:2:")
                .contains("the class java.lang.String implements neither");
    }

    @Test
    void aRatioOtherThanOneIsRefusedWithItsPlace() {
        assertThat(refusal(BLOCK.replace("ratio=1.0", "ratio=1.5")))
                .startsWith("nova.conf:5: [baremetal] ram_allocation_ratio: '1.5' is not 1.0;");
    }

    @Test
    void theNamesThatWorkAreTheHistoricalOneAndTheFactorys() {
        assertThat(HostManagerLoader.names()).containsExactly(HISTORICAL, BaremetalHostManagerFactory.class.getName());
    }

    private HostManager load(String content) {
        return HostManagerLoader.load(Fleet.conf(content), fleet);
    }

    private String refusal(String content) {
        DriverException failure = catchThrowableOfType(DriverException.class, () -> load(content));
        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        return failure.getMessage();
    }
}
