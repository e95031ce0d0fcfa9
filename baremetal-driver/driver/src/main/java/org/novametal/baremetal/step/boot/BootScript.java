package org.novametal.baremetal.step.boot;

import java.net.URI;

/**
 * The iPXE script that boots the deploy ramdisk.
 *
 * <p>Source: Ironic Python Agent, kernel parameters {@code ipa-api-url} and {@code BOOTIF}; iPXE, {@code kernel} and {@code
 * initrd} commands.
 *
 * @param kernel the URL of the deploy kernel
 * @param ramdisk the URL of the deploy ramdisk
 * @param agentApi the URL of the agent API for the ramdisk
 * @param kernelAppend further kernel parameters, which may be empty
 */
public record BootScript(URI kernel, URI ramdisk, URI agentApi, String kernelAppend) {
    /** The script for a machine with no operation under way: it continues with its next boot device. */
    public static final String EXIT = "#!ipxe\nexit\n";

    /** The script. */
    public String text() {
        String api = agentApi.toString();
        String apiWithoutSlash = api.endsWith("/") ? api.substring(0, api.length() - 1) : api;
        return "#!ipxe\n"
                + "imgfree\n"
                + "kernel " + kernel + " ipa-api-url=" + apiWithoutSlash
                + " BOOTIF=${mac} initrd=deploy_ramdisk"
                + (kernelAppend.isBlank() ? "" : " " + kernelAppend) + "\n"
                + "initrd --name deploy_ramdisk " + ramdisk + "\n"
                + "boot\n";
    }
}
