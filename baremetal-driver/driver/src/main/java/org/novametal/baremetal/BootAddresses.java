package org.novametal.baremetal;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.novametal.agent.AgentToken;
import org.novametal.agent.RamdiskConfiguration;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.config.BootFile;
import org.novametal.baremetal.step.boot.BootScript;
import org.novametal.driver.model.Secret;

/**
 * The addresses of what nodes fetch from this host, and the boot scripts that contain them. The host's own address is known
 * only once it listens. Safe for several threads.
 */
final class BootAddresses {
    static final String BOOT_ALL = "/boot.ipxe";
    static final String BOOT = "/boot/";
    static final String KERNEL = "/deploy/kernel";
    static final String RAMDISK = "/deploy/ramdisk";
    static final String CONFIGURATION = "/deploy/configuration";
    static final String IMAGES = "/images/";

    private final Optional<BootFile> kernel;
    private final Optional<BootFile> ramdisk;
    private final String kernelAppend;
    private volatile Optional<URI> base = Optional.empty();
    private volatile Optional<URI> agentApi = Optional.empty();
    private volatile Optional<byte[]> configuration = Optional.empty();

    BootAddresses(BareMetalOptions.Deploying options) {
        this.kernel = options.kernel();
        this.ramdisk = options.ramdisk();
        this.kernelAppend = options.kernelAppendParams();
    }

    /** The configuration problems that prevent nodes from booting the deploy ramdisk, one text each. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        problem("deploy_kernel", kernel).ifPresent(problems::add);
        problem("deploy_ramdisk", ramdisk).ifPresent(problems::add);
        return problems;
    }

    private static Optional<String> problem(String option, Optional<BootFile> file) {
        if (file.isEmpty()) {
            return Optional.of("[baremetal] " + option + " is not set");
        }
        return switch (file.get()) {
            case BootFile.Remote _ -> Optional.empty();
            case BootFile.Local(Path path) ->
                Files.isReadable(path)
                        ? Optional.empty()
                        : Optional.of("[baremetal] " + option + " is " + path + ", which cannot be read");
        };
    }

    /** Sets the address under which nodes reach this host, once it is known; it ends in a slash. */
    void setBase(URI address) {
        base = Optional.of(address);
    }

    /**
     * Sets the address of the agent API and of images where it is another one, over TLS.
     *
     * @param authoritiesPem the CAs that agents trust for it, in PEM
     */
    void setAgentApi(URI address, String authoritiesPem) {
        configuration = Optional.of(RamdiskConfiguration.archive(address, authoritiesPem));
        agentApi = Optional.of(address);
    }

    /** The address of the agent API. */
    URI agentApi() {
        return agentApi.orElseGet(this::base);
    }

    /** The further ramdisk that configures agents, if the agent API has another address, over TLS. */
    Optional<byte[]> configuration() {
        return configuration;
    }

    /** The address under which nodes reach this host. */
    URI base() {
        return base.orElseThrow(
                () -> new IllegalStateException("the address under which nodes reach this host is not known yet"));
    }

    /** The address of the boot script of all nodes. */
    URI bootScript() {
        return base().resolve(BOOT_ALL);
    }

    /** The address of the image that is being written to a node. */
    URI image(UUID node, Secret secret) {
        return agentApi().resolve(IMAGES + node + "/" + secret.reveal());
    }

    /** The local file of the deploy kernel, if it is one. */
    Optional<Path> localKernel() {
        return local(kernel);
    }

    /** The local file of the deploy ramdisk, if it is one. */
    Optional<Path> localRamdisk() {
        return local(ramdisk);
    }

    private static Optional<Path> local(Optional<BootFile> file) {
        return file.flatMap(found -> switch (found) {
            case BootFile.Local(Path path) -> Optional.of(path);
            case BootFile.Remote _ -> Optional.empty();
        });
    }

    /** The boot script of all nodes; empty before the host's address is known. */
    Optional<String> scriptOfAll() {
        return base.map(address -> BootScript.forAll(address.resolve(BOOT)));
    }

    /** Whether there can be boot scripts for nodes: the host's address, the deploy kernel and the ramdisk are known. */
    boolean isComplete() {
        return base.isPresent() && kernel.isPresent() && ramdisk.isPresent();
    }

    /** The boot script of a node; requires that the addresses are {@link #isComplete() complete}. */
    String script(AgentToken token) {
        return new BootScript(
                        served(kernel.orElseThrow(), KERNEL),
                        served(ramdisk.orElseThrow(), RAMDISK),
                        configuration.map(_ -> base().resolve(CONFIGURATION)),
                        agentApi(),
                        token,
                        kernelAppend)
                .text();
    }

    private URI served(BootFile file, String path) {
        return switch (file) {
            case BootFile.Remote(URI url) -> url;
            case BootFile.Local _ -> base().resolve(path);
        };
    }
}
