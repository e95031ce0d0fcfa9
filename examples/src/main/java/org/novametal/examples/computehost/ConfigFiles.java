package org.novametal.examples.computehost;

import java.nio.file.Path;
import java.util.List;
import org.novametal.driver.config.NovaConf;
import picocli.CommandLine.Option;

/** The options that name the configuration files of a compute host. */
public final class ConfigFiles {
    @Option(
            names = "--config-file",
            paramLabel = "F",
            description = "a configuration file, such as nova.conf; may be given several times, later values count")
    private List<Path> files = List.of();

    @Option(
            names = "--config-dir",
            paramLabel = "D",
            description = "a folder whose *.conf files are read after the files; may be given several times")
    private List<Path> folders = List.of();

    /** Whether the user names a file or folder. */
    public boolean isGiven() {
        return !files.isEmpty() || !folders.isEmpty();
    }

    /**
     * Reads the files.
     *
     * @throws org.novametal.driver.error.DriverException {@code CONFIG_INVALID} when one cannot be read
     */
    public NovaConf read() {
        NovaConf.Builder conf = NovaConf.builder();
        files.forEach(conf::file);
        folders.forEach(conf::directory);
        return conf.build();
    }
}
