package org.novametal.examples.computehost;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.examples.ProgramVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * The program {@code computehost}: runs the driver that {@code compute_driver} names until SIGTERM.
 *
 * <p>Exit code 0 when it was ended by a signal and all ended in time, 1 when it could not start or not end in time, 2 when it was
 * used or configured wrongly.
 */
@Command(
        name = "computehost",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        sortOptions = false,
        description =
                "Runs the driver of a compute service and serves it to nova-compute on a UNIX domain socket, until SIGTERM.")
public final class ComputeHostMain implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ComputeHostMain.class);

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private ConfigFiles files;

    private ComputeHostMain() {}

    /** Runs the program and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ComputeHostMain())
                .setExecutionExceptionHandler((failure, command, _) -> {
                    boolean expected = failure instanceof DriverException || failure instanceof UncheckedIOException;
                    command.getErr().println("computehost: " + (expected ? failure.getMessage() : failure.toString()));
                    if (!expected) {
                        LOG.error("the compute host could not start", failure);
                    }
                    return failure instanceof DriverException refused && refused.code() == ErrorCode.CONFIG_INVALID
                            ? 2
                            : 1;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        NovaConf conf = files.read();
        HostOptions options = HostOptions.from(conf);
        ProcessLog.start(options.logFormat());
        ServiceManager service =
                ServiceManager.of(System.getenv(), ProcessHandle.current().pid());
        CompletableFuture<RunningHost> started = new CompletableFuture<>();
        // A signal is the regular end of this program, but a JVM that is ended by a signal exits with 128 or more.
        Thread end = Thread.ofPlatform()
                .name("computehost-end")
                .unstarted(() -> Runtime.getRuntime().halt(stop(started, options.stopTimeout()) ? 0 : 1));
        Runtime.getRuntime().addShutdownHook(end);
        try {
            started.complete(RunningHost.start(conf, options, service));
        } catch (RuntimeException e) {
            started.completeExceptionally(e);
            if (!isStopping(end)) {
                throw e;
            }
        }
        new CountDownLatch(1).await();
        return 0;
    }

    /** Removes the hook after a failed start; true when a signal has started it already. */
    private static boolean isStopping(Thread end) {
        try {
            return !Runtime.getRuntime().removeShutdownHook(end);
        } catch (IllegalStateException e) {
            return true;
        }
    }

    private static boolean stop(CompletableFuture<RunningHost> started, Duration limit) {
        try {
            return started.get(limit.toMillis(), TimeUnit.MILLISECONDS).stop();
        } catch (TimeoutException e) {
            LOG.error("the start has not ended within stop_timeout, {}; the process ends anyway", limit);
        } catch (ExecutionException | RuntimeException e) {
            LOG.error("the compute host did not stop cleanly", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
