package org.novametal.baremetal.step.boot;

import java.net.URI;
import java.util.Optional;
import org.novametal.agent.AgentToken;

/**
 * The iPXE scripts that boot the deploy ramdisk: one for all machines, which fetches the script of the node by the MAC of the
 * interface that iPXE booted from, and the script of a node.
 *
 * <p>Each repeats what fails, with a pause and a limit. A machine whose script ends without a boot would continue with its
 * next boot device, which may be the disk of a tenant: it stops with a message instead. Only the answer that there is nothing
 * to boot makes it continue.
 *
 * <p>Source: iPXE, "Scripting" and the commands {@code chain}, {@code kernel}, {@code initrd}, {@code iseq}; its {@code
 * src/core/exec.c} for {@code &&} and {@code ||}, {@code src/net/netdev_settings.c} for {@code netX}. Ironic Python Agent,
 * kernel parameters {@code ipa-api-url}, {@code ipa-agent-token} and {@code BOOTIF}.
 *
 * @param kernel the URL of the deploy kernel
 * @param ramdisk the URL of the deploy ramdisk
 * @param configuration the URL of a further ramdisk that configures the agent; it precedes the deploy ramdisk. UEFI firmware
 *     hands those over that {@code initrd=} names, in that order
 * @param agentApi the URL of the agent API for the ramdisk
 * @param token the token that the ramdisk's agent shares with the driver
 * @param kernelAppend further kernel parameters, which may be empty
 */
public record BootScript(
        URI kernel, URI ramdisk, Optional<URI> configuration, URI agentApi, AgentToken token, String kernelAppend) {
    /** The script for a machine with nothing to boot: it continues with its next boot device. */
    public static final String EXIT = "#!ipxe\nexit\n";

    /** How often a machine asks for its script, and for kernel and ramdisk, before it stops. */
    private static final int ATTEMPTS = 60;

    private static final int PAUSE_SECONDS = 5;

    /**
     * The script for all machines.
     *
     * @param scripts the URL below which the scripts of nodes are, with a slash at its end; a name there is a MAC with hyphens
     */
    public static String forAll(URI scripts) {
        return "#!ipxe\n"
                + "set attempt:int32 0\n"
                + ":ask\n"
                + "chain --autofree " + scripts + "${netX/mac:hexhyp} && exit ||\n"
                + again("ask", "nova-metal has no boot script for ${netX/mac} yet")
                + stop("nova-metal gave no boot script to ${netX/mac}");
    }

    /** The script of a node. It contains the token. */
    public String text() {
        String api = agentApi.toString();
        String apiWithoutSlash = api.endsWith("/") ? api.substring(0, api.length() - 1) : api;
        return "#!ipxe\n"
                + "set attempt:int32 0\n"
                + ":fetch\n"
                + "imgfree\n"
                + "kernel " + kernel + " ipa-api-url=" + apiWithoutSlash
                + " ipa-agent-token=" + token.reveal()
                + " BOOTIF=${netX/mac}" + (configuration.isPresent() ? " initrd=agent_configuration" : "")
                + " initrd=deploy_ramdisk"
                + (kernelAppend.isBlank() ? "" : " " + kernelAppend) + " || goto retry\n"
                + configuration
                        .map(url -> "initrd --name agent_configuration " + url + " || goto retry\n")
                        .orElse("")
                + "initrd --name deploy_ramdisk " + ramdisk + " || goto retry\n"
                + "boot || goto retry\n"
                + ":retry\n"
                + again("fetch", "the deploy ramdisk could not be fetched")
                + stop("the deploy ramdisk could not be fetched");
    }

    /** Goes to a label after a pause, or to the next line when there were enough attempts. */
    private static String again(String label, String message) {
        return "inc attempt\n"
                + "iseq ${attempt} " + ATTEMPTS + " && goto stop ||\n"
                + "echo " + message + ", attempt ${attempt} of " + ATTEMPTS + "\n"
                + "sleep " + PAUSE_SECONDS + "\n"
                + "goto " + label + "\n";
    }

    private static String stop(String message) {
        return ":stop\n" + "echo " + message + "; this machine stops here\n" + "sleep 3600\n" + "goto stop\n";
    }

    @Override
    public String toString() {
        return "BootScript[" + kernel + ", " + ramdisk + "]";
    }
}
