package org.novametal.bmc.loader;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Consumer;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.loader.BmcFactories.Installed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One plug-in of a folder.
 *
 * @param place the jar, or the folder with its jars, as named in messages
 * @param jars the plug-in's jars
 */
record BmcPlugin(Path place, List<Path> jars) {
    private static final Logger LOG = LoggerFactory.getLogger(BmcPlugin.class);

    /** This library's class loader, which has the class path. */
    private static final ClassLoader LIBRARY_LOADER = BmcPlugin.class.getClassLoader();

    /** The file in which a jar names its factories. */
    private static final String SERVICE_FILE = "META-INF/services/" + BmcFactory.class.getName();

    /** Syntax of an address scheme, RFC 3986 §3.1, in lower case. */
    private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]*");

    /** The plug-ins of a folder, sorted by name. */
    static List<BmcPlugin> in(Path folder) {
        List<BmcPlugin> plugins = new ArrayList<>();
        for (Path entry : entries(folder)) {
            if (Files.isDirectory(entry)) {
                plugins.add(ofFolder(entry));
            } else if (isJar(entry)) {
                plugins.add(new BmcPlugin(entry, List.of(entry)));
            } else {
                LOG.warn("{} is not a BMC plug-in, because its name does not end in .jar; ignored", entry);
            }
        }
        return plugins;
    }

    private static BmcPlugin ofFolder(Path folder) {
        List<Path> jars = entries(folder).stream().filter(BmcPlugin::isJar).toList();
        if (jars.isEmpty()) {
            throw new BmcPluginException(
                    "BMC plug-in " + folder
                            + " is a folder without a jar; put the plug-in's jars there, or remove the folder",
                    null);
        }
        return new BmcPlugin(folder, jars);
    }

    private static boolean isJar(Path file) {
        return file.getFileName().toString().endsWith(".jar");
    }

    private static List<Path> entries(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (NoSuchFileException e) {
            throw new BmcPluginException(
                    "the BMC plug-in folder " + folder + " does not exist; create it, or name another", e);
        } catch (NotDirectoryException e) {
            throw new BmcPluginException(
                    "BMC plug-in folder " + folder + " is not a folder; name the folder that contains the jars", e);
        } catch (IOException e) {
            throw new BmcPluginException(
                    "BMC plug-in folder " + folder + " cannot be read: " + e + "; give this user read access", e);
        }
    }

    /**
     * Creates the factories on the class path.
     *
     * @param found receives each factory as soon as it is created
     * @throws BmcPluginException when a factory cannot be used
     */
    static void loadClassPath(Consumer<Installed> found) {
        make(LIBRARY_LOADER, "on the class path", found);
    }

    /**
     * Creates the plug-in's factories.
     *
     * @param opened receives the plug-in's class loader as soon as it is open
     * @param found receives each factory as soon as it is created
     * @throws BmcPluginException when the plug-in cannot be used
     */
    void load(Consumer<AutoCloseable> opened, Consumer<Installed> found) {
        jars.forEach(BmcPlugin::requireJar);
        URLClassLoader loader = new URLClassLoader(
                place.getFileName().toString(),
                jars.stream().map(BmcPlugin::url).toArray(URL[]::new),
                LIBRARY_LOADER);
        opened.accept(loader);
        if (loader.findResource(SERVICE_FILE) == null) {
            throw new BmcPluginException(
                    "BMC plug-in " + place + " has no file " + SERVICE_FILE
                            + "; name the plug-in's factories in that file, or move the plug-in out of the folder",
                    null);
        }
        if (make(loader, place.toString(), found) == 0) {
            throw new BmcPluginException(
                    "BMC plug-in " + place + " has no factory: its " + SERVICE_FILE
                            + " names none, or only classes that are on the class path already; remove it",
                    null);
        }
    }

    /** Checks that a file is a jar, because a class loader would silently ignore any other file. */
    private static void requireJar(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            LOG.debug("BMC plug-in {} has {} entries", jar, file.size());
        } catch (IOException e) {
            throw new BmcPluginException(
                    "BMC plug-in " + jar + " is not a jar or cannot be read: " + e.getMessage()
                            + "; copy it again, or move it out of the folder",
                    e);
        }
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException("a file has no URL: " + jar, e);
        }
    }

    /** Creates the factories whose classes the loader itself defines, not its parent; returns their number. */
    private static int make(ClassLoader loader, String origin, Consumer<Installed> found) {
        int made = 0;
        boolean library = loader.equals(LIBRARY_LOADER);
        try {
            Iterator<ServiceLoader.Provider<BmcFactory>> providers =
                    ServiceLoader.load(BmcFactory.class, loader).stream().iterator();
            while (providers.hasNext()) {
                ServiceLoader.Provider<BmcFactory> provider = providers.next();
                if (library || loader.equals(provider.type().getClassLoader())) {
                    found.accept(new Installed(provider.get(), library ? codeSource(provider, origin) : origin));
                    made++;
                }
            }
            return made;
        } catch (ServiceConfigurationError e) {
            throw unusable(origin, e.getMessage() + (e.getCause() == null ? "" : ": " + e.getCause()), e);
        } catch (LinkageError e) {
            throw unusable(origin, "one of its classes cannot be loaded: " + e, e);
        }
    }

    /** The jar of the class path that contains the class, if known. */
    private static String codeSource(ServiceLoader.Provider<BmcFactory> provider, String otherwise) {
        CodeSource source = provider.type().getProtectionDomain().getCodeSource();
        return source == null ? otherwise : otherwise + ", " + source.getLocation();
    }

    /**
     * The schemes that a factory supports.
     *
     * @throws BmcPluginException when the factory names no scheme, or a name is not a valid scheme
     */
    static Set<String> schemes(Installed installed) {
        Set<String> schemes;
        try {
            schemes = Set.copyOf(installed.factory().schemes());
        } catch (RuntimeException | LinkageError e) {
            throw unusable(installed.origin(), installed.name() + " does not name its schemes: " + e, e);
        }
        if (schemes.isEmpty() || !schemes.stream().allMatch(SCHEME.asMatchPredicate())) {
            throw unusable(
                    installed.origin(),
                    installed.name() + " has the schemes " + schemes
                            + ", which must be one or more address schemes in lower case, such as ipmi",
                    null);
        }
        return schemes;
    }

    /**
     * The default port of a factory's scheme.
     *
     * @throws BmcPluginException when it is not a port
     */
    static OptionalInt defaultPort(Installed installed, String scheme) {
        OptionalInt port;
        try {
            port = installed.factory().defaultPort(scheme);
        } catch (RuntimeException | LinkageError e) {
            throw unusable(installed.origin(), installed.name() + " does not name the port of " + scheme + ": " + e, e);
        }
        if (port.isPresent() && (port.getAsInt() < 1 || port.getAsInt() > 65_535)) {
            throw unusable(
                    installed.origin(),
                    installed.name() + " names " + port.getAsInt() + " as the port of " + scheme
                            + ", which must be 1 to 65535, or empty",
                    null);
        }
        return port;
    }

    private static BmcPluginException unusable(String origin, String what, @Nullable Throwable cause) {
        return new BmcPluginException(
                "the BMC plug-in " + origin + " cannot be used: " + what
                        + "; use a release of the plug-in that is compatible with this library, or remove the plug-in",
                cause);
    }
}
