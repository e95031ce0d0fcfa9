package org.novametal.bmc.ipmi.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SessionSealTest {
    private static final Bytes VECTOR = Bytes.fromHex("000102030405060708090a0b0c0d0e0f");

    @ParameterizedTest
    @EnumSource
    void payloadsOfEveryLengthSurvive(CipherSuite suite) {
        SessionSeal seal = new SessionSeal(suite, new byte[suite.macLength()], new SealTools());
        for (int length = 0; length < 70; length++) {
            Bytes payload = Bytes.copyOf(new byte[length]);

            SessionFrame sealed = seal.seal(PayloadType.IPMI, 7, 9, payload, VECTOR);

            assertThat((sealed.encode().length() - 4 - suite.integrityLength()) % 4)
                    .isZero();
            assertThat(seal.open((SessionFrame) RmcpFrame.decode(sealed.encode())))
                    .isEqualTo(payload);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPacketWithAnyByteChangedIsRefused(CipherSuite suite) {
        SessionSeal seal = new SessionSeal(suite, new byte[suite.macLength()], new SealTools());
        Bytes good = seal.seal(PayloadType.IPMI, 7, 9, Bytes.fromHex("20182c81"), VECTOR)
                .encode();
        for (int i = 0; i < good.length(); i++) {
            if (i == 1 || i == 2) {
                // The reserved byte and the sequence number of RMCP are not part of the session.
                continue;
            }
            byte[] changed = good.toArray();
            changed[i] ^= 0x01;
            assertThatThrownBy(() -> seal.open((SessionFrame) RmcpFrame.decode(Bytes.copyOf(changed))))
                    .as("byte " + i)
                    .isInstanceOf(MalformedMessageException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPacketOfOtherKeysIsRefused(CipherSuite suite) {
        byte[] other = new byte[suite.macLength()];
        other[0] = 1;
        SessionFrame packet =
                new SessionSeal(suite, other, new SealTools()).seal(PayloadType.IPMI, 7, 9, Bytes.EMPTY, VECTOR);

        assertThatThrownBy(() -> new SessionSeal(suite, new byte[suite.macLength()], new SealTools()).open(packet))
                .isInstanceOf(MalformedMessageException.class);
    }

    @ParameterizedTest
    @EnumSource
    void aPacketWithoutProtectionIsRefused(CipherSuite suite) {
        SessionSeal seal = new SessionSeal(suite, new byte[suite.macLength()], new SealTools());

        assertThatThrownBy(() -> seal.open(SessionFrame.outsideSession(PayloadType.IPMI, Bytes.EMPTY)))
                .isInstanceOf(MalformedMessageException.class);
    }
}
