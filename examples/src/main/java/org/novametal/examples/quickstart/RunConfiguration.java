package org.novametal.examples.quickstart;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.novametal.driver.config.NovaConf;

/**
 * The configuration of a run: the user's file, and values that this run needs, which override the file. Folders are always
 * those of the run, so that no inventory of real machines is ever changed; other values are added only when the file lacks
 * them.
 */
final class RunConfiguration {
    private static final String GROUP = "baremetal";

    /** Short limits, because fake machines answer at once. */
    private static final Map<String, String> WHERE_MISSING = Map.of(
            "http_listen", "127.0.0.1:0",
            "deploy_callback_timeout", "60",
            "clean_callback_timeout", "60",
            "step_timeout", "300",
            "power_change_timeout", "20",
            "soft_power_off_timeout", "5",
            "bmc_command_timeout", "5",
            "bmc_retry_interval", "0.2",
            "agent_poll_interval", "0.2",
            "agent_command_timeout", "10");

    private RunConfiguration() {}

    /**
     * Reads the file and adds the values that the run needs.
     *
     * @throws org.novametal.driver.error.DriverException {@code CONFIG_INVALID} when the file is malformed
     */
    static NovaConf read(Path file, WorkFolder work, Path dhcpFolder, Path consoleFolder, Optional<Path> imageFolder) {
        NovaConf asWritten = NovaConf.builder().file(file).build();
        Map<String, String> added = new LinkedHashMap<>();
        added.put("state_path", work.top().resolve("state").toString());
        added.put("dhcp_dir", dhcpFolder.toString());
        added.put("console_folders", consoleFolder.toString());
        imageFolder.ifPresent(folder -> added.put(
                "image_folders",
                asWritten
                                .find(GROUP, "image_folders")
                                .map(entry -> entry.value() + ",")
                                .orElse("")
                        + folder));
        WHERE_MISSING.forEach((key, value) -> addMissing(asWritten, added, key, value));
        if (!asWritten.keys(GROUP).contains("deploy_kernel")) {
            added.put("deploy_kernel", bootFile(work, "deploy.kernel"));
        }
        if (!asWritten.keys(GROUP).contains("deploy_ramdisk")) {
            added.put("deploy_ramdisk", bootFile(work, "deploy.ramdisk"));
        }
        NovaConf.Builder builder = NovaConf.builder().file(file);
        added.forEach((key, value) -> builder.overlay(GROUP, key, value));
        return builder.build();
    }

    private static void addMissing(NovaConf asWritten, Map<String, String> added, String key, String value) {
        if (!asWritten.keys(GROUP).contains(key)) {
            added.put(key, value);
        }
    }

    /**
     * A placeholder for the kernel or ramdisk: fake machines fetch these files as real machines do, but cannot run
     * them.
     */
    private static String bootFile(WorkFolder work, String name) {
        return work.file(name, "placeholder for the deploy ramdisk of a real rack: " + name + "\n")
                .toString();
    }
}
