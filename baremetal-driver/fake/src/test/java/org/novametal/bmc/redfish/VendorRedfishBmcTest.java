package org.novametal.bmc.redfish;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.novametal.fake.FakeRedfishProfile;

/** The contract on services that behave as those of ten generations of vendors' BMCs. */
@Execution(ExecutionMode.CONCURRENT)
class VendorRedfishBmcTest {
    @Nested
    class DellIdrac9 extends FakeRedfishContract {
        DellIdrac9() {
            super(FakeRedfishProfile.DELL_IDRAC9);
        }
    }

    @Nested
    class DellIdrac10 extends FakeRedfishContract {
        DellIdrac10() {
            super(FakeRedfishProfile.DELL_IDRAC10);
        }
    }

    @Nested
    class HpeIlo5 extends FakeRedfishContract {
        HpeIlo5() {
            super(FakeRedfishProfile.HPE_ILO5, Deviation.BOOT_MODE_CANNOT_BE_CHOSEN);
        }
    }

    @Nested
    class SupermicroX12 extends FakeRedfishContract {
        SupermicroX12() {
            super(FakeRedfishProfile.SUPERMICRO_X12);
        }
    }

    @Nested
    class SupermicroX13 extends FakeRedfishContract {
        SupermicroX13() {
            super(FakeRedfishProfile.SUPERMICRO_X13);
        }
    }

    @Nested
    class LenovoXcc extends FakeRedfishContract {
        LenovoXcc() {
            super(FakeRedfishProfile.LENOVO_XCC, Deviation.BOOT_OVERRIDE_APPLIES_ONCE);
        }
    }

    @Nested
    class OpenBmcGb200 extends FakeRedfishContract {
        OpenBmcGb200() {
            super(FakeRedfishProfile.OPENBMC_GB200, Deviation.BOOT_MODE_CANNOT_BE_CHOSEN);
        }
    }

    @Nested
    class AmiMegaRac extends FakeRedfishContract {
        AmiMegaRac() {
            super(FakeRedfishProfile.AMI_MEGARAC, Deviation.NO_DIAGNOSTIC_INTERRUPT);
        }
    }

    @Nested
    class CiscoCimc extends FakeRedfishContract {
        CiscoCimc() {
            super(
                    FakeRedfishProfile.CISCO_CIMC,
                    Deviation.BOOT_MODE_CANNOT_BE_CHOSEN,
                    Deviation.NO_DIAGNOSTIC_INTERRUPT);
        }
    }

    @Nested
    class HuaweiIbmc extends FakeRedfishContract {
        HuaweiIbmc() {
            super(FakeRedfishProfile.HUAWEI_IBMC);
        }
    }
}
