package org.novametal.baremetal;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.novametal.agent.AgentOptions;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.operation.OperationQueue;
import org.novametal.baremetal.provision.RunLimits;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.loader.BmcFactories;
import org.novametal.http.HttpOptions;
import org.novametal.image.ImageOptions;

/** Derives the options of subsystems, which are independent of this driver, from the driver's options. */
final class SubsystemOptions {
    private SubsystemOptions() {}

    /** The factories for all kinds of BMC that a configuration provides; the factories in {@code given} take precedence. */
    static BmcFactories kindsOfBmc(BareMetalOptions options, List<BmcFactory> given) {
        return options.places()
                .bmcPluginDir()
                .map(folder -> BmcFactories.load(given, folder))
                .orElseGet(() -> BmcFactories.load(given));
    }

    /** How operations are run. */
    static RunLimits runner(BareMetalOptions options) {
        return new RunLimits(
                Map.of(
                        OperationQueue.DEPLOYMENTS, options.runner().maxDeploys(),
                        OperationQueue.CLEANINGS, options.runner().maxCleans()),
                options.runner().stopTimeout());
    }

    /** Limits and session policy for calls to BMCs. */
    static BmcOptions bmc(BareMetalOptions options) {
        return new BmcOptions(
                        options.power().bmcCommandTimeout(), options.power().bmcRetryInterval())
                .withSessionPolicy(options.power().sessionPolicy());
    }

    /** Limits for calls to deploy ramdisks. */
    static AgentOptions agent(BareMetalOptions options) {
        return new AgentOptions(
                AgentOptions.DEFAULTS.connectTimeout(),
                options.agent().commandTimeout(),
                AgentOptions.DEFAULTS.waitTimeout(),
                AgentOptions.DEFAULTS.maxAnswerBytes());
    }

    /** Limits for images in a folder. */
    static ImageOptions images(BareMetalOptions options, Path folder) {
        BareMetalOptions.Images images = options.images();
        ImageOptions usual = ImageOptions.of(folder, images.folders());
        return new ImageOptions(
                        usual.cacheFolder(),
                        usual.imageFolders(),
                        images.downloadTimeout(),
                        usual.silenceTimeout(),
                        usual.maxRedirects(),
                        images.convertTimeout(),
                        images.maxConversions(),
                        usual.conversionMemoryBytes(),
                        usual.qemuImg())
                .withRetries(images.downloadRetries(), usual.retryDelay())
                .withSpace((long) images.cacheGb() << 30, (long) images.diskReserveMb() << 20)
                .withChecksums(
                        images.checksumRequired() ? ImageOptions.Checksums.REQUIRED : ImageOptions.Checksums.OPTIONAL);
    }

    /** Limits for clients of the HTTP service. */
    static HttpOptions http(BareMetalOptions options) {
        BareMetalOptions.HttpLimits limits = options.http().limits();
        HttpOptions usual = HttpOptions.DEFAULTS;
        return new HttpOptions(
                new HttpOptions.BodyLimits(
                        usual.bodies().maxBytesInAll(),
                        limits.requestTimeout(),
                        usual.bodies().grace(),
                        usual.bodies().minBytesPerSecond()),
                new HttpOptions.ConnectionLimits(
                        limits.maxConnections(),
                        limits.maxConnectionsPerAddress(),
                        limits.requestTimeout(),
                        usual.connections().idleTimeout(),
                        limits.maxRequestsPerSecond()),
                new HttpOptions.TransferLimits(
                        limits.maxTransfers(),
                        limits.maxTransfersPerAddress(),
                        (int) Math.min(Integer.MAX_VALUE, limits.minTransferRateKb() * 1024L),
                        usual.transfers().rateWindow(),
                        usual.transfers().fileThreads()),
                usual.closeTimeout());
    }
}
