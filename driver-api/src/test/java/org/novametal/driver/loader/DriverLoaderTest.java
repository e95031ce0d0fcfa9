package org.novametal.driver.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.Mockito.mock;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.driver.DriverFactory;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.loader.SampleDriver.BrokenFactory;
import org.novametal.driver.loader.SampleDriver.CheckingFactory;
import org.novametal.driver.loader.SampleDriver.HistoricalFactory;
import org.novametal.driver.loader.SampleDriver.RivalFactory;

class DriverLoaderTest {
    /** As it stood in a post of 2013. */
    private static final String BLOCK = """
            [baremetal]
            compute_driver=nova.virt.baremetal.driver.BareMetalDriver
            firewall_driver = nova.virt.firewall.NoopFirewallDriver
            scheduler_host_manager=nova.scheduler.baremetal_host_manager.BaremetalHostManager
            ram_allocation_ratio=1.0
            reserved_host_memory_mb=0
            """;

    private final DriverHost host = mock(DriverHost.class);
    private final ClassLoader original = Thread.currentThread().getContextClassLoader();

    @TempDir
    Path services;

    @BeforeEach
    void declareTheHistoricalFactory() throws IOException {
        declare(HistoricalFactory.class);
    }

    @AfterEach
    void restoreTheClassLoader() {
        Thread.currentThread().setContextClassLoader(original);
    }

    @Test
    void theBlockOf2013LoadsAsItStands() {
        NovaConf conf = conf(BLOCK);

        SampleDriver driver = load(conf);

        assertThat(driver.madeBy).isEqualTo("factory");
        assertThat(driver.conf).isSameAs(conf);
        assertThat(driver.host).isSameAs(host);
        assertThat(conf.keys("baremetal"))
                .containsExactly(
                        "compute_driver",
                        "firewall_driver",
                        "scheduler_host_manager",
                        "ram_allocation_ratio",
                        "reserved_host_memory_mb");
        assertThat(conf.reader("baremetal").decimal("ram_allocation_ratio").required())
                .isEqualTo(1.0);
        assertThat(conf.reader("baremetal").integer("reserved_host_memory_mb").required())
                .isZero();
    }

    @Test
    void theBlockOf2013LoadsUnderDefault() {
        assertThat(load(conf(BLOCK.replace("[baremetal]", "[DEFAULT]"))).madeBy).isEqualTo("factory");
    }

    @Test
    void theBlockOf2013LoadsWithTheNameOfAFactoryClass() {
        String block = BLOCK.replace("nova.virt.baremetal.driver.BareMetalDriver", named(HistoricalFactory.class));

        assertThat(load(conf(block)).madeBy).isEqualTo("factory");
    }

    @Test
    void theBlockOf2013LoadsWithTheNameOfADriverClass() {
        NovaConf conf = conf(BLOCK.replace("nova.virt.baremetal.driver.BareMetalDriver", SampleDriver.class.getName()));

        SampleDriver driver = load(conf);

        assertThat(driver.madeBy).isEqualTo("constructor");
        assertThat(driver.conf).isSameAs(conf);
        assertThat(driver.host).isSameAs(host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"baremetal.driver.BareMetalDriver", "novametal.NovaMetalDriver"})
    void aNameWithoutItsPrefixIsAnAliasToo(String name) {
        assertThat(load(conf("[baremetal]\ncompute_driver = " + name)).madeBy).isEqualTo("factory");
    }

    @Test
    void theGroupOfTheDriverCountsBeforeTheDefaultOne() {
        NovaConf conf = conf("[DEFAULT]\ncompute_driver = libvirt.LibvirtDriver\n" + BLOCK);

        assertThat(load(conf).madeBy).isEqualTo("factory");
    }

    @Test
    void aClassCountsBeforeAnAliasOfTheSameName() {
        NovaConf conf = conf("[baremetal]\ncompute_driver = " + named(HistoricalFactory.class));

        assertThat(load(conf).madeBy).isEqualTo("factory");
    }

    @Test
    void aWrongNameIsReportedWithItsPlaceAndWhatWouldWork() {
        NovaConf conf = conf("# comment\n[baremetal]\ncompute_driver = nova.virt.baremetal.driver.BareMetalDrivr");

        assertThat(refusal(conf))
                .startsWith("nova.conf:3: [baremetal] compute_driver: 'nova.virt.baremetal.driver.BareMetalDrivr':")
                .contains("did you mean nova.virt.baremetal.driver.BareMetalDriver?")
                .contains("names that work: nova.virt.baremetal.driver.BareMetalDriver, ")
                .contains("nova.virt.novametal.NovaMetalDriver, " + HistoricalFactory.class.getName())
                .contains(DriverFactory.class.getName());
    }

    @Test
    void aWrongNameIsToldTogetherWithTheFaultsThatFactoriesFind() throws IOException {
        declare(HistoricalFactory.class, CheckingFactory.class);

        assertThat(refusal(conf("[baremetal]\ncompute_driver = nothing\nracks = many\n[sample]\ntidy = 2"))
                        .lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("nova.conf:2: [baremetal] compute_driver: 'nothing': is neither"),
                        line -> assertThat(line).isEqualTo("nova.conf:3: [baremetal] racks: 'many' is not an integer"),
                        line -> assertThat(line).startsWith("nova.conf:5: [sample] tidy: '2' is not a boolean"));
    }

    @Test
    void aMissingNameIsToldTogetherWithTheFaultsThatFactoriesFind() throws IOException {
        declare(CheckingFactory.class);

        assertThat(refusal(conf("[baremetal]\nracks = many")).lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("nova.conf: [baremetal] compute_driver: is missing"),
                        line -> assertThat(line).startsWith("nova.conf:2: [baremetal] racks: "));
    }

    @Test
    void aNameThatCannotBeSubstitutedIsReportedOnce() throws IOException {
        declare(CheckingFactory.class);

        assertThat(refusal(conf("[baremetal]\ncompute_driver = $nothing\nracks = many"))
                        .lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("nova.conf:2: [baremetal] compute_driver: "),
                        line -> assertThat(line).startsWith("nova.conf:3: [baremetal] racks: "));
    }

    @Test
    void aNameLikeNoOtherGetsNoHint() {
        assertThat(refusal(conf("[DEFAULT]\ncompute_driver = libvirt.LibvirtDriver")))
                .startsWith("nova.conf:2: [DEFAULT] compute_driver: 'libvirt.LibvirtDriver':")
                .doesNotContain("did you mean");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "[I", "int", "..", "nova virt"})
    void aNameThatNoClassCanHaveIsRefused(String name) {
        assertThat(refusal(conf("[baremetal]\ncompute_driver = " + name)))
                .startsWith("nova.conf:2: [baremetal] compute_driver: '" + name + "':");
    }

    @Test
    void aMissingNameIsReportedWithTheFileAndWhatWouldWork() {
        assertThat(refusal(conf("[baremetal]\nfirewall_driver = x")))
                .startsWith("nova.conf: [baremetal] compute_driver: is missing, here and in [DEFAULT];")
                .contains("names that work: nova.virt.baremetal.driver.BareMetalDriver, ");
    }

    @Test
    void aClassThatIsNoDriverIsRefused() {
        assertThat(refusal(conf("[baremetal]\ncompute_driver = java.lang.String")))
                .contains("the class java.lang.String implements neither");
    }

    @Test
    void aDriverWithoutAPublicConstructorIsRefused() {
        assertThat(refusal(naming(SampleDriver.Closed.class)))
                .contains("has no public constructor with the parameters [NovaConf, DriverHost]");
    }

    @Test
    void anAbstractDriverIsRefused() {
        assertThat(refusal(naming(SampleDriver.Abstract.class))).contains("has no public constructor");
    }

    @Test
    void aDriversOwnExceptionPassesAsItIs() {
        DriverException failure = failure(naming(SampleDriver.Refusing.class));

        assertThat(failure.code()).isEqualTo(ErrorCode.DRIVER_NOT_READY);
        assertThat(failure).hasMessage("the store is away");
    }

    @Test
    void anotherExceptionOfADriverIsWrapped() {
        DriverException failure = failure(naming(SampleDriver.Failing.class));

        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(failure)
                .hasMessageStartingWith("nova.conf:2: [baremetal] compute_driver:")
                .hasCauseInstanceOf(IOException.class)
                .hasMessageContaining("disk full");
    }

    @Test
    void aClassThatCannotBeInitialisedIsReportedWithItsCause() {
        assertThat(failure(naming(SampleDriver.Uninitialised.class)))
                .hasCauseInstanceOf(ExceptionInInitializerError.class);
    }

    @Test
    void anAliasOfTwoFactoriesIsRefused() throws IOException {
        declare(HistoricalFactory.class, RivalFactory.class);

        assertThat(refusal(conf("[baremetal]\ncompute_driver = novametal.NovaMetalDriver")))
                .contains("is an alias of several factories")
                .contains(HistoricalFactory.class.getName())
                .contains(RivalFactory.class.getName());
    }

    @Test
    void aFactoryThatCannotBeMadeIsReportedWithItsCause() throws IOException {
        declare(BrokenFactory.class);

        DriverException failure = failure(conf(BLOCK));

        assertThat(failure).hasMessageContaining("BrokenFactory").hasRootCauseMessage("no licence");
    }

    @Test
    void namesAreTheAliasesAndClassesOfTheFactoriesFound() {
        assertThat(DriverLoader.names())
                .contains(
                        HistoricalFactory.class.getName(),
                        "nova.virt.baremetal.driver.BareMetalDriver",
                        "nova.virt.novametal.NovaMetalDriver");
    }

    private SampleDriver load(NovaConf conf) {
        return (SampleDriver) DriverLoader.load(conf, host);
    }

    private DriverException failure(NovaConf conf) {
        return catchThrowableOfType(DriverException.class, () -> DriverLoader.load(conf, host));
    }

    private String refusal(NovaConf conf) {
        DriverException failure = failure(conf);
        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        return failure.getMessage();
    }

    private static NovaConf conf(String content) {
        return NovaConf.builder().text("nova.conf", content).build();
    }

    private static NovaConf naming(Class<?> type) {
        return conf("[baremetal]\ncompute_driver = " + named(type));
    }

    /** A nested class's name, its dollar sign written as configuration files want it. */
    private static String named(Class<?> type) {
        return type.getName().replace("$", "$$");
    }

    /** Lets ServiceLoader find these factories, and no others of the tests. */
    private void declare(Class<?>... factories) throws IOException {
        List<String> names = Stream.of(factories).map(Class::getName).toList();
        Path folder = Files.createDirectories(services.resolve("META-INF/services"));
        Files.write(folder.resolve(DriverFactory.class.getName()), names);
        URL[] path = {services.toUri().toURL()};
        Thread.currentThread().setContextClassLoader(new URLClassLoader(path, original));
    }
}
