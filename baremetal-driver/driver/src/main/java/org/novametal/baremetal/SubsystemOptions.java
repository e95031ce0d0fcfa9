package org.novametal.baremetal;

import java.nio.file.Path;
import java.util.List;
import org.novametal.agent.AgentOptions;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.loader.BmcFactories;
import org.novametal.image.ImageOptions;

/** The options of subsystems that know nothing of this driver, from the driver's own. */
final class SubsystemOptions {
    private SubsystemOptions() {}

    /** All kinds of BMC that a configuration knows; those that are given come first. */
    static BmcFactories kindsOfBmc(BareMetalOptions options, List<BmcFactory> given) {
        return options.places()
                .bmcPluginDir()
                .map(folder -> BmcFactories.load(given, folder))
                .orElseGet(() -> BmcFactories.load(given));
    }

    /** How BMCs are talked to. */
    static BmcOptions bmc(BareMetalOptions options) {
        return new BmcOptions(
                        options.power().bmcCommandTimeout(), options.power().bmcRetryInterval())
                .withSessionPolicy(options.power().sessionPolicy());
    }

    /** How deploy ramdisks are talked to. */
    static AgentOptions agent(BareMetalOptions options) {
        return new AgentOptions(
                AgentOptions.DEFAULTS.connectTimeout(),
                options.agent().commandTimeout(),
                AgentOptions.DEFAULTS.waitTimeout(),
                AgentOptions.DEFAULTS.maxAnswerBytes());
    }

    /** How images are fetched into that folder. */
    static ImageOptions images(BareMetalOptions options, Path folder) {
        ImageOptions usual = ImageOptions.of(folder, options.images().folders());
        return new ImageOptions(
                usual.cacheFolder(),
                usual.imageFolders(),
                options.images().downloadTimeout(),
                usual.silenceTimeout(),
                usual.maxRedirects(),
                options.images().convertTimeout(),
                options.images().maxConversions(),
                usual.conversionMemoryBytes(),
                usual.qemuImg());
    }
}
