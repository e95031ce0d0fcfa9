package org.novametal.examples.quickstart;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The options of the quickstart's command line.
 *
 * @param configFile the nova.conf to read
 * @param nodes how many fake machines there are, 1 or more
 * @param instances how many instances are wanted, 1 or more
 * @param image a file's path or an http(s) URL; when absent, an image is made
 * @param keep the folder in which all files are kept; when absent, a temporary folder that is removed
 */
record Settings(Path configFile, int nodes, int instances, Optional<String> image, Optional<Path> keep) {}
