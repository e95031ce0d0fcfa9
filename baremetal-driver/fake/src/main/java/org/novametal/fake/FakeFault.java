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
    NO_POWER_CYCLE(Unit.NONE, 0, "the BMC does not support power cycle");

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
