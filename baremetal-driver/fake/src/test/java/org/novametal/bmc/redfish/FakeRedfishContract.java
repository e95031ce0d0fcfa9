package org.novametal.bmc.redfish;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcContract;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.ClientUnderTest;
import org.novametal.bmc.DeviceDescription;
import org.novametal.bmc.FakeContract;
import org.novametal.fake.FakeRedfishBmc;
import org.novametal.fake.FakeRedfishProfile;

/** {@link BmcContract} of our client on our fake over TLS, pinned, with a profile that the subclass chooses. */
abstract class FakeRedfishContract extends FakeContract {
    private final FakeRedfishBmc fake;
    private final Set<Deviation> lacking =
            EnumSet.of(Deviation.IDENTIFY_IS_NOT_TIMED, Deviation.UNKNOWN_USER_IS_A_WRONG_PASSWORD);

    FakeRedfishContract(FakeRedfishProfile profile) {
        super(ClientUnderTest.redfish());
        fake = FakeRedfishBmc.start(ADMIN, chassis, profile, FakeRedfishBmc.Transport.TLS);
    }

    @Override
    protected void stopPeer() {
        fake.close();
    }

    /** The contract with a function that the profile lacks. */
    FakeRedfishContract(FakeRedfishProfile profile, Deviation... lacks) {
        this(profile);
        lacking.addAll(List.of(lacks));
    }

    /** Redfish has no time in its light, and does not say which of name and password is wrong. */
    @Override
    protected Set<Deviation> deviations() {
        return lacking;
    }

    @Override
    protected BmcOptions options() {
        return super.options()
                .withCertificateFingerprint(fake.certificateFingerprint().orElseThrow());
    }

    @Override
    protected BmcAddress address() {
        return fake.address();
    }

    @Override
    protected DeviceDescription device() {
        return new DeviceDescription("nova-metal", "Fake BMC", "1.0");
    }

    @Override
    protected void forgetSessions() {
        fake.forgetSessions();
    }
}
