package org.novametal.driver.model;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The small disk with an instance's metadata that its guest reads at its first boot.
 *
 * <p>Nova builds the content, because it has the vendor data and the keys. The whole content is secret. Source: Nova
 * {@code nova/virt/configdrive.py}.
 */
public sealed interface ConfigDrive {
    /** No content was given: a driver that makes config drives builds it from the request. */
    record Absent() implements ConfigDrive {}

    /**
     * The files, which the driver puts into a file system with the label {@code config-2}.
     *
     * @param files content by path; paths are relative and use slashes, such as {@code openstack/latest/meta_data.json}
     */
    record Files(SortedMap<String, SecretBytes> files) implements ConfigDrive {
        /** Copies the files and checks their paths. */
        public Files {
            files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
            for (String path : files.keySet()) {
                if (path.isBlank() || path.startsWith("/") || ("/" + path + "/").contains("/../")) {
                    throw new IllegalArgumentException("config drive path '" + path
                            + "' is not inside the drive; give a relative path without '..'");
                }
            }
        }

        /** Makes the content from files in a map that need not be sorted. */
        public static Files of(Map<String, SecretBytes> files) {
            return new Files(new TreeMap<>(files));
        }
    }

    /**
     * A complete file system.
     *
     * @param bytes an ISO 9660 or VFAT image with the label {@code config-2}
     */
    record Image(SecretBytes bytes) implements ConfigDrive {}

    /** No content. */
    static ConfigDrive absent() {
        return new Absent();
    }
}
