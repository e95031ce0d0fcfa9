package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.InstanceOperation;
import org.novametal.driver.model.InstanceOperation.Phase;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.RebuildRequest;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;

/** Which rebuilds are one operation: those that write the same image. */
class RebuildsJoinTest {
    private static final RequestContext FIRST = RequestContext.of("req-first");
    private static final RequestContext SECOND = RequestContext.of("req-second");

    private BareMetalDriverFixture fixture;
    private ComputeDriver driver;
    private Instance instance;

    @BeforeEach
    void holdARebuild() throws Exception {
        fixture = new BareMetalDriverFixture();
        driver = fixture.newDriver();
        driver.initHost(fixture.host().host());
        NodeName node = fixture.nodes().getFirst();
        instance = Instance.builder(new InstanceId(UUID.randomUUID()), fixture.flavor())
                .node(node)
                .build();
        driver.spawn(FIRST, SpawnRequest.builder(instance, fixture.image()).build());
        fixture.holdDeploys();
        driver.submit(FIRST, rebuild(fixture.image()));
        fixture.awaitHeldDeploy(node);
    }

    @AfterEach
    void close() throws Exception {
        fixture.releaseDeploys();
        driver.close();
        fixture.close();
    }

    @Test
    void theSameImageJoins() throws Exception {
        assertThat(driver.submit(SECOND, rebuild(fixture.image()))).returns("req-first", InstanceOperation::requestId);

        fixture.releaseDeploys();
        assertThat(driver.await(instance.id(), Duration.ofMinutes(1)).orElseThrow())
                .returns(Phase.SUCCEEDED, InstanceOperation::phase);
    }

    @Test
    void anImageOfTheSameNameFromElsewhereIsRefused() {
        ImageMeta other = ImageMeta.builder("contract-image")
                .source(URI.create("http://127.0.0.1/other.raw"))
                .build();

        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> driver.submit(SECOND, rebuild(other)))
                .returns(ErrorCode.OPERATION_IN_PROGRESS, DriverException::code);
    }

    private RebuildRequest rebuild(ImageMeta image) {
        return RebuildRequest.builder(instance, image).build();
    }
}
