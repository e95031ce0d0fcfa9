package org.novametal.baremetal.step.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.novametal.baremetal.inventory.BmcSettings;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootDeviceControl;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;

class BootDeviceSettingTest {
    private final StepContext context = mock(StepContext.class);
    private final BootDeviceControl control = mock(BootDeviceControl.class);

    @ParameterizedTest
    @EnumSource
    void theBootModeIsThatOfTheNode(BootFirmware mode) throws Exception {
        NodeRecord node = mock(NodeRecord.class);
        Bmc bmc = mock(Bmc.class);
        when(node.settings()).thenReturn(BmcSettings.NONE.withBootMode(mode));
        when(context.node()).thenReturn(node);
        when(bmc.capability(BootDeviceControl.class)).thenReturn(Optional.of(control));
        BootDeviceSetting setting = new BootDeviceSetting(_ -> bmc);

        assertThat(setting.once(context, BootDevice.NETWORK)).isEqualTo(StepResult.DONE);
        assertThat(setting.always(context, BootDevice.DISK)).isEqualTo(StepResult.DONE);

        verify(control).setBootOverride(new BootOverride(BootDevice.NETWORK, BootPersistence.ONCE, mode));
        verify(control).setBootOverride(new BootOverride(BootDevice.DISK, BootPersistence.PERSISTENT, mode));
    }
}
