package org.novametal.fake;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What can be wrong with a fake BMC or with the network before it. The first eight are faults of the network, in each
 * direction; the others of the BMC itself. Some take a number, whose unit is the fault's own.
 */
public enum FakeFault {
    /** Datagrams are lost. */
    DROP(Unit.PERCENT, 20, "datagrams are lost"),
    /** Answers come late. */
    DELAY(Unit.MILLISECONDS, 750, "answers come that late"),
    /** Datagrams come twice. */
    DUPLICATE(Unit.PERCENT, 100, "datagrams come twice"),
    /** A datagram waits for the next one, and comes after it. */
    REORDER(Unit.PERCENT, 50, "datagrams wait for the next one and come after it"),
    /** One byte is another. */
    CORRUPT(Unit.PERCENT, 20, "datagrams have one wrong byte"),
    /** The end is missing. */
    TRUNCATE(Unit.PERCENT, 20, "datagrams lack their end"),
    /** Before an answer comes the one before once more. */
    OLD_ANSWER(Unit.PERCENT, 100, "before an answer comes the answer to an older request"),
    /** The BMC has room for one request: what comes while it works on one is lost. */
    ONE_BUFFER(Unit.MILLISECONDS, 100, "a request takes that long, and what comes meanwhile is lost"),

    /** The BMC forgets all sessions each so many commands; the command then gets no answer and is not done. */
    SESSION_FORGOTTEN(Unit.COMMANDS, 5, "all sessions are forgotten each so many commands"),
    /** Others have all of the BMC's sessions. */
    NO_FREE_SESSION(Unit.NONE, 0, "all sessions are taken"),
    /** The BMC restarts each so many commands: it forgets its sessions, and is unreachable for two seconds. */
    BMC_RESET(Unit.COMMANDS, 10, "the BMC restarts each so many commands, and is unreachable for 2 seconds"),
    /** The BMC's clock jumps an hour ahead, and next time an hour back, each so many commands. */
    CLOCK_JUMP(Unit.COMMANDS, 5, "the clock jumps an hour each so many commands, ahead and back"),
    /** A power change takes a while; meanwhile the state is the old one, and other changes are refused as busy. */
    SLOW_POWER(Unit.SECONDS, 5, "a power change takes that long"),
    /** Power changes are accepted and not done. */
    POWER_IGNORED(Unit.NONE, 0, "power changes are accepted and not done"),
    /** The BMC proves another password than its user's. */
    WRONG_RAKP_CODE(Unit.NONE, 0, "the BMC proves another password than its user's"),
    /**
     * A boot override is gone after a while without a power command, unless the console asked to keep it (boot option 3,
     * bit 3).
     */
    BOOT_FLAGS_EXPIRE(Unit.SECONDS, 60, "a boot override is forgotten then, unless asked to be kept"),
    /** The BMC knows no power cycle. */
    NO_POWER_CYCLE(Unit.NONE, 0, "the BMC knows no power cycle");

    /** What a fault's number counts. */
    public enum Unit {
        /** It has none. */
        NONE(0),
        /** Of a hundred datagrams, which ones by chance. */
        PERCENT(100),
        /** Milliseconds. */
        MILLISECONDS(3_600_000),
        /** Seconds. */
        SECONDS(3_600),
        /** Commands in sessions. */
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

    /** What its number counts. */
    public Unit unit() {
        return unit;
    }

    /** Its number where none is given; 0 where it has none. */
    public int usual() {
        return usual;
    }

    /** Its name for command lines: {@code old-answer}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What it is, in a line of words: {@code drop[=20 percent]: datagrams are lost}. */
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
