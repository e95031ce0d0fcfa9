package org.novametal.bmc.ipmi.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.novametal.bmc.BmcCalls.Call;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions.RawAccess;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.CompletionCode;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.command.IpmiCommands.Answer;

class IpmiCommandsTest {
    private final ScriptedWire wire = new ScriptedWire();
    private final IpmiCommands commands = new IpmiCommands("BMC of the test", RawAccess.REFUSED, wire);

    @Test
    void aCycleReadsThePowerOnceAndIsSentOnce() throws Exception {
        wire.on = true;
        commands.requestPower(PowerAction.CYCLE);
        assertThat(wire.seen).containsExactly("status", "control 02 once");
    }

    @Test
    void aCycleOfAMachineThatIsOffSwitchesItOn() throws Exception {
        commands.requestPower(PowerAction.CYCLE);
        assertThat(wire.seen).containsExactly("status", "control 01");
    }

    @Test
    void aCycleThatIsNotKnownIsOffThenOn() throws Exception {
        wire.on = true;
        wire.refused = Bytes.of(0x02);
        commands.requestPower(PowerAction.CYCLE);
        assertThat(wire.seen)
                .containsExactly(
                        "status", "control 02 once", "status", "control 00", "status", "pause", "status", "control 01");
    }

    @Test
    void aResetIsSentOnceAfterTheWireWasPrepared() throws Exception {
        wire.on = true;
        commands.requestPower(PowerAction.RESET);
        assertThat(wire.seen).containsExactly("prepare", "control 03 once");
    }

    @Test
    void aRefusedSwitchToTheStateOfTheMachineSucceeds() throws Exception {
        wire.refused = Bytes.of(0x00);
        commands.requestPower(PowerAction.OFF);
        assertThat(wire.seen).containsExactly("control 00", "status");
    }

    @Test
    void aRefusedSwitchToAnotherStateNamesTheRefusedAction() {
        wire.on = true;
        wire.refused = Bytes.of(0x00);
        assertThatExceptionOfType(BmcException.class)
                .isThrownBy(() -> commands.requestPower(PowerAction.OFF))
                .withMessageStartingWith("BMC of the test: it refused OFF")
                .satisfies(failure -> assertThat(failure.reason()).isEqualTo(Reason.REJECTED));
    }

    @Test
    void anAnswerThatIsCutShortTellsItsBytes() {
        assertThatExceptionOfType(BmcException.class)
                .isThrownBy(() -> commands.readSystemUuid())
                .withMessageContaining("it answered ")
                .withMessageContaining("a GUID of 0 bytes")
                .satisfies(failure -> assertThat(failure.reason()).isEqualTo(Reason.PROTOCOL));
    }

    /** A machine that is off only after a pause, and a list of the requests that it received. */
    private static final class ScriptedWire implements IpmiCommands.Wire {
        private final List<String> seen = new ArrayList<>();
        private boolean on;
        private boolean goesOff;
        private Bytes refused = Bytes.EMPTY;

        @Override
        public <T> T converse(Call<T> call) throws InterruptedException {
            return call.make(0);
        }

        @Override
        public Answer exchange(int networkFunction, int command, Bytes data, long deadlineNanos) {
            if (command == IpmiCommand.GET_CHASSIS_STATUS.code()) {
                seen.add("status");
                return new Answer(0, Bytes.of(on ? 0x21 : 0x20, 0x00, 0x40));
            }
            return control(data, "");
        }

        @Override
        public Answer exchangeOnce(IpmiCommand command, Bytes data, long deadlineNanos) {
            return control(data, " once");
        }

        private Answer control(Bytes data, String how) {
            seen.add("control " + data + how);
            goesOff = data.equals(Bytes.of(0x00));
            int code = refused.length() > 0 && data.equals(refused) ? CompletionCode.INVALID_FIELD.code() : 0;
            return new Answer(code, Bytes.EMPTY);
        }

        @Override
        public void prepareForOnce(long deadlineNanos) {
            seen.add("prepare");
        }

        @Override
        public void pause(long deadlineNanos) {
            seen.add("pause");
            on = on && !goesOff;
        }
    }
}
