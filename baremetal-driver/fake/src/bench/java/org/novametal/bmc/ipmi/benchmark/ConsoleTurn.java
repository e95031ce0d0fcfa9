package org.novametal.bmc.ipmi.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.novametal.bmc.benchmark.PeerMissingException;
import org.novametal.bmc.ipmi.benchmark.NumberedText.Difference;

/**
 * Somebody's turn: they open consoles at once, all machines print at once, and what each console heard is compared with what
 * its machine printed.
 *
 * @param farm the machines
 * @param consoles how many of them
 * @param lossPercent of the datagrams, each way, from before the login on
 * @param textBytes what each prints
 */
record ConsoleTurn(Farm farm, int consoles, int lossPercent, int textBytes) {
    private static final Duration POLL = Duration.ofMillis(10);
    /** After that without a byte no more is waited for; the BMCs repeat each 60 ms what they get no answer to. */
    private static final Duration SILENCE = Duration.ofSeconds(5);
    /** In which what is sent again can still come, and must not be heard twice. */
    private static final Duration SETTLING = Duration.ofMillis(500);

    ConsoleSample take(Consoles.Opener opener) throws IOException, InterruptedException, PeerMissingException {
        List<Farm.Member> members = farm.living().subList(0, consoles);
        farm.lose(lossPercent);
        long start = System.nanoTime();
        try (Consoles open = opener.open(members)) {
            long openNanos = System.nanoTime() - start;
            long cpuBefore = open.cpuNanos();
            long printing = System.nanoTime();
            farm.print(textBytes);
            long last = awaitText(open);
            long cpuNanos = open.cpuNanos() - cpuBefore;
            LockSupport.parkNanos(SETTLING.toNanos());
            long lost = 0;
            long doubled = 0;
            long wrong = 0;
            for (int machine = 0; machine < consoles; machine++) {
                byte[] text = NumberedText.of(machine, textBytes);
                Difference difference =
                        NumberedText.compare(text, open.heard().get(machine).bytes());
                lost += difference.lost();
                doubled += difference.doubled();
                wrong += difference.wrong();
            }
            return new ConsoleSample(
                    consoles,
                    consoles - open.open(),
                    openNanos,
                    last - printing,
                    cpuNanos,
                    (long) consoles * textBytes,
                    lost,
                    doubled,
                    wrong);
        }
    }

    /** Returns when the last byte came. */
    private long awaitText(Consoles open) throws IOException {
        long most = -1;
        long last = System.nanoTime();
        while (most < (long) consoles * textBytes && System.nanoTime() - last < SILENCE.toNanos()) {
            LockSupport.parkNanos(POLL.toNanos());
            long arrived = 0;
            for (Consoles.Heard heard : open.heard()) {
                arrived += Math.min(heard.count(), textBytes);
            }
            if (arrived > most) {
                most = arrived;
                last = System.nanoTime();
            }
        }
        return last;
    }
}
