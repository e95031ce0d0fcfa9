package org.novametal.fake;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A fault of a fake BMC or of its network. The first eight are faults of the network, in each direction; the others are
 * faults of the BMC itself. Some take a number, in the unit of the fault; "that many" and "that long" mean this number.
 */
public enum FakeFault {
    /** Datagrams are lost. */
    DROP(Unit.PERCENT, 20, "datagrams are lost"),
    /** Answers arrive late. */
    DELAY(Unit.MILLISECONDS, 750, "answers arrive that much later"),
    /** Datagrams arrive twice. */
    DUPLICATE(Unit.PERCENT, 100, "datagrams arrive twice"),
    /** A datagram is held back until the next one, and arrives after it. */
    REORDER(Unit.PERCENT, 50, "datagrams are held back and arrive after the next one"),
    /** One byte of a datagram is wrong. */
    CORRUPT(Unit.PERCENT, 20, "datagrams have one wrong byte"),
    /** The end of a datagram is missing. */
    TRUNCATE(Unit.PERCENT, 20, "datagrams lack their end"),
    /** Before an answer, the previous answer arrives again. */
    OLD_ANSWER(Unit.PERCENT, 100, "before an answer, the answer to an older request arrives again"),
    /** The BMC can hold one request: requests that arrive while it works on one are lost. */
    ONE_BUFFER(Unit.MILLISECONDS, 100, "a request takes that long; others that arrive meanwhile are lost"),

    /**
     * Each time that many commands have arrived, the BMC forgets all sessions; the last of these commands is neither executed
     * nor answered.
     */
    SESSION_FORGOTTEN(Unit.COMMANDS, 5, "all sessions are forgotten each time that many commands arrive"),
    /** All sessions of the BMC are in use. */
    NO_FREE_SESSION(Unit.NONE, 0, "all sessions are in use"),
    /**
     * Each time that many commands have arrived, the BMC restarts: it forgets its sessions, and is unreachable for two
     * seconds.
     */
    BMC_RESET(Unit.COMMANDS, 10, "the BMC restarts (2 s unreachable) each time that many commands arrive"),
    /** Each time that many commands have arrived, the BMC's clock jumps an hour, ahead and back in turn. */
    CLOCK_JUMP(Unit.COMMANDS, 5, "the clock jumps 1 h, ahead and back, each time that many commands arrive"),
    /** A power change takes that long; meanwhile the old state is reported, and other changes are refused as busy. */
    SLOW_POWER(Unit.SECONDS, 5, "a power change takes that long"),
    /** Power changes are accepted but not executed. */
    POWER_IGNORED(Unit.NONE, 0, "power changes are accepted but not executed"),
    /** The BMC's key exchange code (RAKP 2) does not match the user's password. */
    WRONG_RAKP_CODE(Unit.NONE, 0, "the BMC's key exchange code does not match the password"),
    /**
     * A boot override expires after that time without a power command, unless the console requested to keep it (boot option
     * 3, bit 3).
     */
    BOOT_FLAGS_EXPIRE(Unit.SECONDS, 60, "an override expires after that time, unless requested to be kept"),
    /** The BMC does not support power cycle. */
    NO_POWER_CYCLE(Unit.NONE, 0, "the BMC does not support power cycle"),
    /** The BMC does not know the soft power-off. */
    NO_SOFT_OFF(Unit.NONE, 0, "the BMC does not support soft power-off"),
    /** The BMC refuses to switch the machine to the state that it is in. */
    REFUSES_PRESENT_POWER(Unit.NONE, 0, "switching to the present state is refused"),

    /** The BMC pads 16 bytes where no AES padding is needed, as OpenBMC does. */
    AES_FULL_PAD(Unit.NONE, 0, "AES padding of 16 bytes where none is needed"),
    /** The AES padding of the BMC is zeros. */
    AES_PAD_ZEROS(Unit.NONE, 0, "AES padding is zeros"),
    /** The BMC's packets in a session have no integrity pad and the next header 0. */
    NO_INTEGRITY_PAD(Unit.NONE, 0, "packets have no integrity pad"),
    /** The BMC answers Open Session and RAKP under message tag 0. */
    SETUP_TAG_ZERO(Unit.NONE, 0, "message tag 0 while a session is opened"),
    /** The BMC answers RAKP with its own session id in place of the console's. */
    SETUP_SESSION_ECHO(Unit.NONE, 0, "the BMC's session id in place of the console's in RAKP"),
    /** The BMC's refusals while a session is opened name neither tag nor session. */
    BARE_REFUSAL(Unit.NONE, 0, "refusals name neither request nor session"),
    /** The second checksum of the BMC's messages is wrong, as on some Supermicro X9 boards. */
    WRONG_CHECKSUM(Unit.NONE, 0, "the checksum of messages is wrong"),
    /** All that the BMC sends is longer than defined: messages, answers and datagrams. */
    EXTRA_BYTES(Unit.NONE, 0, "messages are longer than defined"),
    /** The BMC's answers have no more than the first byte that is needed. */
    SHORT_ANSWERS(Unit.NONE, 0, "answers lack all fields that are not needed"),
    /** The BMC's session sequence numbers stand still. */
    STANDING_NUMBERS(Unit.NONE, 0, "session sequence numbers stand still"),
    /** The BMC's session sequence numbers begin at 1000. */
    NUMBERS_FROM_THOUSAND(Unit.NONE, 0, "session sequence numbers begin at 1000"),
    /** The BMC's answers have the request sequence number 0. */
    NUMBER_ZERO(Unit.NONE, 0, "answers have the request sequence number 0"),
    /** The first that many commands in sessions are answered with an unspecified error. */
    STARTING(Unit.COMMANDS, 5, "that many commands are answered ff, as by a BMC that starts"),
    /** The first answer to RAKP 1 has a wrong code. */
    DAMAGED_RAKP_CODE(Unit.NONE, 0, "the first answer to RAKP 1 is damaged"),
    /** The BMC accepts a boot override and does not keep it. */
    BOOT_FLAGS_NOT_KEPT(Unit.NONE, 0, "a boot override is accepted and not kept"),
    /** A repeated RAKP 1 is answered with a new random number, and the one before is no longer valid. */
    NEW_RANDOM_NUMBERS(Unit.NONE, 0, "a repeated RAKP 1 is answered with a new random number"),
    /** The BMC does not know Get Payload Instance Info. */
    NO_INSTANCE_INFO(Unit.NONE, 0, "the session of a console is not reported");

    /** The unit of a fault's number. */
    public enum Unit {
        /** The fault has no number. */
        NONE(0),
        /** Percent of the datagrams, chosen at random. */
        PERCENT(100),
        /** Milliseconds. */
        MILLISECONDS(3_600_000),
        /** Seconds. */
        SECONDS(3_600),
        /** Commands received in sessions. */
        COMMANDS(1_000_000);

        private final int most;

        Unit(int most) {
            this.most = most;
        }

        /** The highest number; the lowest is 1. */
        public int most() {
            return most;
        }
    }

    private final Unit unit;
    private final int usual;
    private final String text;

    FakeFault(Unit unit, int usual, String text) {
        this.unit = unit;
        this.usual = usual;
        this.text = text;
    }

    /** The unit of the fault's number. */
    public Unit unit() {
        return unit;
    }

    /** The number used when none is given; 0 for a fault without a number. */
    public int usual() {
        return usual;
    }

    /** The fault's name for command lines, such as {@code old-answer}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A description of one line, such as {@code drop[=20 percent]: datagrams are lost}. */
    public String description() {
        String number =
                unit == Unit.NONE ? "" : "[=" + usual + " " + unit.name().toLowerCase(Locale.ROOT) + "]";
        return text() + number + ": " + text;
    }

    /** The fault with that name on command lines; empty for an unknown name. */
    public static Optional<FakeFault> of(String text) {
        return Arrays.stream(values())
                .filter(fault -> fault.text().equals(text))
                .findFirst();
    }
}
