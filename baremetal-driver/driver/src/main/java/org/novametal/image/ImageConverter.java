package org.novametal.image;

import com.google.common.base.Splitter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.commons.exec.CommandLine;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.process.ChildProcess;
import org.novametal.queue.AdmissionQueue;
import org.novametal.text.ForeignText;

/**
 * Converts qcow2 files to raw with {@code qemu-img}, with limits on time, memory, processor time and output length (the last
 * three where {@code prlimit} is installed), and on the number of concurrent conversions: the others wait in their order, for
 * which no time of a conversion counts.
 */
final class ImageConverter {
    private static final long WRITE_MARGIN_BYTES = 1 << 20;

    private static final int MAX_SHOWN = 500;

    private static final long REPORT_PLACE_EVERY_MILLIS = 200;

    private static final ChildProcess.Limits LIMITS = new ChildProcess.Limits(4096, Duration.ofSeconds(5));

    private final ImageOptions options;
    private final AdmissionQueue queue;

    ImageConverter(ImageOptions options) {
        this.options = options;
        this.queue = new AdmissionQueue("conversions", options.maxConversions());
    }

    /** The conversions that run or wait. */
    AdmissionQueue queue() {
        return queue;
    }

    /**
     * Writes the disk that {@code qcow2} contains to {@code raw}; {@code header} must have been checked before.
     *
     * @param waits called by this thread, again and again, while the conversion waits in the queue
     * @param begins called by this thread when it begins
     */
    void convert(
            Path qcow2,
            Qcow2Header header,
            Path raw,
            String image,
            Consumer<AdmissionQueue.Place> waits,
            Runnable begins)
            throws InterruptedException {
        Path program = findProgram(options.qemuImg())
                .orElseThrow(() -> new ImageException(
                        ImageException.Reason.PROGRAM_MISSING,
                        image + ": converting this qcow2 image to raw needs '" + options.qemuImg()
                                + "', which is not installed here; run: apt-get install qemu-utils"));
        CountDownLatch admitted = new CountDownLatch(1);
        AdmissionQueue.Ticket ticket = queue.enter(admitted::countDown);
        ChildProcess.End end;
        Duration limit = options.conversionTimeout();
        try {
            awaitAdmission(ticket, admitted, image, waits);
            begins.run();
            end = ChildProcess.start(
                            command(program, qcow2, header, raw),
                            environment(),
                            options.cacheFolder(),
                            "",
                            ChildProcess.ErrorStream.IN_OUTPUT,
                            LIMITS)
                    .await(limit);
        } finally {
            ticket.leave();
        }
        switch (end) {
            case ChildProcess.End.Exited(int exitCode, String output, String _) -> {
                if (exitCode != 0) {
                    throw new ImageException(
                            ImageException.Reason.CONVERSION_FAILED,
                            image + ": '" + program + " convert' exited with " + exitCode + ": "
                                    + shown(output.strip(), qcow2, raw));
                }
            }
            case ChildProcess.End.Killed(String output) ->
                throw new ImageException(
                        ImageException.Reason.CONVERSION_FAILED,
                        image + ": '" + program + " convert' was stopped after " + limit + ": "
                                + shown(output.strip(), qcow2, raw));
            case ChildProcess.End.NotStarted(String why) ->
                throw new ImageException(
                        ImageException.Reason.PROGRAM_MISSING, image + ": '" + program + "' does not start: " + why);
        }
    }

    /** Each conversion ends within its limit: the wait has that time for each one before it, and once more. */
    private void awaitAdmission(
            AdmissionQueue.Ticket ticket, CountDownLatch admitted, String image, Consumer<AdmissionQueue.Place> waits)
            throws InterruptedException {
        long begun = System.nanoTime();
        Duration limit = options.conversionTimeout()
                .multipliedBy(
                        1 + ticket.place().map(AdmissionQueue.Place::number).orElse(0));
        while (ticket.isWaiting()) {
            ticket.place().ifPresent(waits);
            long left = limit.toNanos() - (System.nanoTime() - begun);
            if (left <= 0) {
                throw new ImageException(
                        ImageException.Reason.CONVERSION_FAILED,
                        image + ": the conversion could not start within " + limit + ", although at most "
                                + options.maxConversions() + " run at once, for at most "
                                + options.conversionTimeout() + " each");
            }
            admitted.await(
                    Math.min(left, TimeUnit.MILLISECONDS.toNanos(REPORT_PLACE_EVERY_MILLIS)), TimeUnit.NANOSECONDS);
        }
    }

    private CommandLine command(Path program, Path qcow2, Qcow2Header header, Path raw) {
        Optional<Path> prlimit = findProgram("prlimit");
        CommandLine command;
        if (prlimit.isPresent()) {
            command = new CommandLine(prlimit.get());
            command.addArgument("--as=" + options.conversionMemoryBytes());
            command.addArgument(
                    "--cpu=" + Math.max(1, options.conversionTimeout().toSeconds()));
            command.addArgument("--fsize=" + (header.rawBytes() + WRITE_MARGIN_BYTES));
            command.addArgument("--core=0");
            command.addArgument(program.toString(), false);
        } else {
            command = new CommandLine(program);
        }
        // Absolute paths: qemu-img would read a relative path with a colon as a protocol.
        for (String argument : new String[] {"convert", "-f", "qcow2", "-O", "raw"}) {
            command.addArgument(argument);
        }
        command.addArgument(qcow2.toAbsolutePath().toString(), false);
        command.addArgument(raw.toAbsolutePath().toString(), false);
        return command;
    }

    private static Map<String, String> environment() {
        // Few malloc arenas: each reserves address space, which is limited.
        return Map.of("LC_ALL", "C", "MALLOC_ARENA_MAX", "3", "PATH", path());
    }

    private static String path() {
        @Nullable String path = System.getenv("PATH");
        return path == null ? "/usr/bin:/bin" : path;
    }

    private static Optional<Path> findProgram(String program) {
        Path given = Path.of(program);
        if (given.isAbsolute() || given.getNameCount() > 1) {
            return Optional.of(given.toAbsolutePath()).filter(Files::isExecutable);
        }
        return Splitter.on(':')
                .omitEmptyStrings()
                .splitToStream(path())
                .map(folder -> Path.of(folder).resolve(program))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    private static String shown(String output, Path qcow2, Path raw) {
        String text = output.replace(qcow2.toAbsolutePath().toString(), "(image)")
                .replace(raw.toAbsolutePath().toString(), "(raw)");
        return text.isEmpty() ? "it printed nothing" : ForeignText.line(text, MAX_SHOWN);
    }
}
