package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.Mockito.mock;

import org.junit.jupiter.api.Test;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.loader.DriverLoader;

class BareMetalDriverFactoryTest {
    @Test
    void aWrongClassAndWrongOptionsAreReportedTogether() {
        NovaConf conf = NovaConf.builder().text("nova.conf", """
                [baremetal]
                compute_driver = nova.virt.baremetal.driver.BareMetalDrivr
                state_path = /var/lib/metal
                dhcp_dir = /var/lib/metal/dhcp
                image_max_gb = many
                deploy_kernal = /k
                """).build();

        DriverException failure =
                catchThrowableOfType(DriverException.class, () -> DriverLoader.load(conf, mock(DriverHost.class)));

        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(failure.getMessage().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("nova.conf:2: [baremetal] compute_driver: 'nova.virt.baremetal.driver.")
                                .contains("did you mean nova.virt.baremetal.driver.BareMetalDriver?"),
                        line -> assertThat(line)
                                .isEqualTo("nova.conf:5: [baremetal] image_max_gb: 'many' is not an integer"),
                        line -> assertThat(line)
                                .isEqualTo("nova.conf:6: [baremetal] deploy_kernal: unknown option; did you mean"
                                        + " deploy_kernel?"));
    }
}
