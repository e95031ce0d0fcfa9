package org.novametal.bmc.ipmi;

import java.security.SecureRandom;
import java.util.List;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcContract;
import org.novametal.bmc.ClientUnderTest;
import org.novametal.bmc.DeviceDescription;
import org.novametal.bmc.FakeContract;
import org.novametal.bmc.ipmi.codec.CipherSuite;
import org.novametal.fake.FakeFaults;
import org.novametal.fake.FakeIpmiBmc;
import org.novametal.fake.FakeIpmiProfile;
import org.novametal.fake.FakeIpmiServer;

/** {@link BmcContract} of a client on our fake of IPMI; the subclass chooses client and cipher suite. */
public abstract class FakeIpmiContract extends FakeContract {
    private final FakeIpmiServer server = FakeIpmiServer.start();
    private final FakeIpmiBmc fake;
    private final int port;

    /** The contract of a client with the one cipher suite that the fake takes. */
    protected FakeIpmiContract(ClientUnderTest client, CipherSuite suite) {
        this(client, suite, FakeFaults.NONE);
    }

    /** The same of a BMC with faults that the client has to cope with. */
    protected FakeIpmiContract(ClientUnderTest client, CipherSuite suite, FakeFaults faults) {
        super(client);
        FakeIpmiProfile profile = FakeIpmiProfile.DEFAULTS.withCipherSuites(List.of(suite));
        fake = new FakeIpmiBmc(ADMIN, chassis, profile, new SecureRandom());
        fake.setFaults(faults);
        port = server.attach(fake, 0).port();
    }

    @Override
    protected void stopPeer() {
        server.close();
    }

    @Override
    protected BmcAddress address() {
        return addressAt(port);
    }

    @Override
    protected DeviceDescription device() {
        return new DeviceDescription("IANA 0", "0", "1.00");
    }

    @Override
    protected RawSample rawSample() {
        return new RawSample(0x06, 0x01, "", "00200101000280000000" + "0000");
    }

    @Override
    protected void forgetSessions() {
        fake.forgetSessions();
    }
}
