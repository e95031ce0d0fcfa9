package org.novametal.bmc.ipmi.benchmark;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.SerialConsole;
import org.novametal.bmc.benchmark.ProcessorTime;
import org.novametal.bmc.benchmark.Report;
import org.novametal.bmc.ipmi.IpmiBmcFactory;

/** Consoles of our engine, in this process. */
final class OurConsoles implements Consoles {
    private final BmcFactory factory = new IpmiBmcFactory();
    private final List<Ear> ears;
    private volatile boolean isClosing;

    private OurConsoles(int count) {
        ears = Stream.generate(Ear::new).limit(count).toList();
    }

    static OurConsoles open(List<Farm.Member> members) {
        OurConsoles consoles = new OurConsoles(members.size());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int machine = 0; machine < members.size(); machine++) {
                Farm.Member member = members.get(machine);
                Ear ear = consoles.ears.get(machine);
                threads.execute(() -> consoles.connect(member, ear));
            }
        }
        return consoles;
    }

    private void connect(Farm.Member member, Ear ear) {
        try {
            var _ = factory.open(member.address(), Farm.USER, BmcOptions.DEFAULTS)
                    .capability(SerialConsole.class)
                    .orElseThrow()
                    .connect(ear);
            ear.isOpen = true;
        } catch (BmcException e) {
            Report.say("ours, a console does not open: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public List<? extends Heard> heard() {
        return ears;
    }

    @Override
    public int open() {
        return (int) ears.stream().filter(ear -> ear.isOpen).count();
    }

    @Override
    public long cpuNanos() {
        return ProcessorTime.nanos();
    }

    @Override
    public void close() {
        isClosing = true;
        factory.close();
    }

    /** Keeps what one machine printed. */
    private final class Ear implements SerialConsole.Receiver, Heard {
        private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
        private volatile boolean isOpen;

        @Override
        public synchronized void received(byte[] bytes) {
            heard.writeBytes(bytes);
        }

        @Override
        public void ended(BmcException cause) {
            if (!isClosing) {
                Report.say("ours, a console ended: " + cause.getMessage());
            }
        }

        @Override
        public synchronized long count() {
            return heard.size();
        }

        @Override
        public synchronized byte[] bytes() {
            return heard.toByteArray();
        }
    }
}
