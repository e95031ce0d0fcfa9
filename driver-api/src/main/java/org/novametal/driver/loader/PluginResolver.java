package org.novametal.driver.loader;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.novametal.driver.config.ConfReader;
import org.novametal.driver.config.NearestName;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;

/**
 * A configuration option that names a plug-in, and the rules that turn this name into an object. The option is looked
 * up in {@code [baremetal]}, then in {@code [DEFAULT]}. Its value is, in this order:
 *
 * <ol>
 *   <li>a Java class: a factory with a public constructor without parameters, or a plug-in with a public constructor
 *       {@code (NovaConf, H)};
 *   <li>an alias that a factory found by {@link ServiceLoader} declares;
 *   <li>either of them without one of the prefixes.
 * </ol>
 *
 * <p>Classes are loaded with the calling thread's context class loader. Immutable; safe to share between threads.
 *
 * @param <F> the factory, a service type
 * @param <H> the type of the object that a plug-in gets besides the configuration
 * @param <P> the plug-in
 * @param option the option's name, such as {@code compute_driver}
 * @param factoryType the factory's interface
 * @param aliases reads the aliases that a factory declares
 * @param optionCheck makes a factory check the options of its plug-ins and record their errors
 * @param creation makes a factory create a plug-in
 * @param hostType the type of a plug-in constructor's second parameter
 * @param pluginType the plug-in's interface
 * @param prefixes prefixes that a name may omit, such as {@code nova.virt.}
 */
public record PluginResolver<F, H, P>(
        String option,
        Class<F> factoryType,
        Function<F, Set<String>> aliases,
        BiConsumer<F, ConfReader> optionCheck,
        Creation<F, H, P> creation,
        Class<H> hostType,
        Class<P> pluginType,
        List<String> prefixes) {

    private static final List<String> GROUPS = List.of("baremetal", "DEFAULT");

    /** Copies the list. */
    public PluginResolver {
        prefixes = List.copyOf(prefixes);
    }

    /**
     * A factory's method that makes a plug-in.
     *
     * @param <F> the factory
     * @param <H> the type of the object that a plug-in gets besides the configuration
     * @param <P> the plug-in
     */
    @FunctionalInterface
    public interface Creation<F, H, P> {
        /** Makes a plug-in. */
        P create(F factory, NovaConf conf, H host);
    }

    /**
     * Makes the plug-in that the configuration names.
     *
     * @throws DriverException {@code CONFIG_INVALID} when the option is missing or names no known plug-in (the message
     *     lists the valid names, and all errors that the factories find in their options), or when the plug-in's
     *     constructor throws; a {@code DriverException} of the constructor is passed on unchanged
     */
    public P load(NovaConf conf, H host) {
        NovaConf.Entry setting;
        Construction<P> construction;
        try {
            setting = conf.find(GROUPS, option).orElseThrow(() -> missing(conf));
            construction = construction(setting, conf, host);
        } catch (DriverException wrong) {
            throw withFaultsOfOptions(wrong, conf);
        }
        return guarded(setting, construction);
    }

    private Construction<P> construction(NovaConf.Entry setting, NovaConf conf, H host) {
        List<String> names = new ArrayList<>(List.of(setting.value()));
        prefixes.forEach(prefix -> names.add(prefix + setting.value()));
        for (String name : names) {
            Optional<Class<?>> named = classNamed(setting, name);
            if (named.isPresent()) {
                return construction(setting, named.get(), conf, host);
            }
            Optional<F> factory = factoryWithAlias(setting, name);
            if (factory.isPresent()) {
                return () -> creation.create(factory.get(), conf, host);
            }
        }
        throw unknown(setting);
    }

    /** The exception for a wrong name; further lines list the errors that the factories find in their options. */
    private DriverException withFaultsOfOptions(DriverException wrong, NovaConf conf) {
        ConfReader reader = conf.reader(GROUPS.getFirst());
        factories().forEach(factory -> optionCheck.accept(factory, reader));
        try {
            reader.finish();
            return wrong;
        } catch (DriverException others) {
            Set<String> lines = new LinkedHashSet<>(wrong.getMessage().lines().toList());
            lines.addAll(others.getMessage().lines().toList()); // a set, because both report a broken substitution
            return new DriverException(ErrorCode.CONFIG_INVALID, String.join("\n", lines), wrong.getCause());
        }
    }

    /** The valid names: the class and the aliases of every factory that {@link ServiceLoader} finds. */
    public SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>();
        for (F factory : factories()) {
            names.add(factory.getClass().getName());
            names.addAll(aliases.apply(factory));
        }
        return names;
    }

    private Optional<Class<?>> classNamed(NovaConf.Entry setting, String name) {
        try {
            return Optional.of(Class.forName(name, false, classLoader()));
        } catch (ClassNotFoundException absent) {
            return Optional.empty();
        } catch (LinkageError broken) {
            throw invalid(setting, "the class " + name + " cannot be loaded: " + broken, broken);
        }
    }

    private Construction<P> construction(NovaConf.Entry setting, Class<?> type, NovaConf conf, H host) {
        if (factoryType.isAssignableFrom(type)) {
            Constructor<? extends F> constructor = constructor(setting, type.asSubclass(factoryType));
            return () -> creation.create(constructor.newInstance(), conf, host);
        }
        if (pluginType.isAssignableFrom(type)) {
            Constructor<? extends P> constructor =
                    constructor(setting, type.asSubclass(pluginType), NovaConf.class, hostType);
            return () -> constructor.newInstance(conf, host);
        }
        throw invalid(
                setting,
                "the class " + type.getName() + " implements neither " + factoryType.getName() + " nor "
                        + pluginType.getName() + "; " + wanted(),
                null);
    }

    private Optional<F> factoryWithAlias(NovaConf.Entry setting, String name) {
        List<F> found = factories().stream()
                .filter(factory -> aliases.apply(factory).contains(name))
                .toList();
        if (found.size() > 1) {
            List<String> classes =
                    found.stream().map(factory -> factory.getClass().getName()).toList();
            throw invalid(
                    setting, "is an alias of several factories, " + classes + "; name one of these classes", null);
        }
        return found.stream().findFirst();
    }

    private List<F> factories() {
        try {
            return ServiceLoader.load(factoryType, classLoader()).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();
        } catch (ServiceConfigurationError broken) {
            throw new DriverException(
                    ErrorCode.CONFIG_INVALID,
                    "A " + factoryType.getName() + " that a jar on the class path declares cannot be made: "
                            + broken.getMessage() + "; remove or fix that jar",
                    broken);
        }
    }

    private static ClassLoader classLoader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context != null ? context : PluginResolver.class.getClassLoader();
    }

    private <T> Constructor<? extends T> constructor(
            NovaConf.Entry setting, Class<? extends T> type, Class<?>... parameters) {
        try {
            return type.getConstructor(parameters);
        } catch (NoSuchMethodException absent) {
            String signature =
                    Stream.of(parameters).map(Class::getSimpleName).toList().toString();
            throw invalid(
                    setting,
                    "the class " + type.getName() + " has no public constructor with the parameters " + signature,
                    absent);
        }
    }

    /**
     * Runs a plug-in's code: its {@code DriverException} is passed on, any other failure is wrapped in a {@code
     * DriverException} that names the setting.
     */
    private P guarded(NovaConf.Entry setting, Construction<P> construction) {
        try {
            return construction.run();
        } catch (DriverException own) {
            throw own;
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof DriverException own) {
                throw own;
            }
            throw failed(setting, thrown.getCause() == null ? thrown : thrown.getCause());
        } catch (ReflectiveOperationException | RuntimeException | LinkageError failure) {
            throw failed(setting, failure);
        }
    }

    @FunctionalInterface
    private interface Construction<T> {
        T run() throws ReflectiveOperationException;
    }

    private DriverException failed(NovaConf.Entry setting, Throwable cause) {
        if (cause instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return invalid(setting, "this plug-in cannot be made: " + cause, cause);
    }

    private DriverException missing(NovaConf conf) {
        return new DriverException(
                ErrorCode.CONFIG_INVALID,
                conf.nowhere() + ": [baremetal] " + option + ": is missing, here and in [DEFAULT]; " + wanted());
    }

    private DriverException unknown(NovaConf.Entry setting) {
        String hint = NearestName.of(setting.value(), names())
                .map(name -> "; did you mean " + name + "?")
                .orElse("");
        return invalid(setting, "is neither a class nor an alias" + hint + "; " + wanted(), null);
    }

    private String wanted() {
        String constructor = "(NovaConf, " + hostType.getSimpleName() + ")";
        SortedSet<String> names = names();
        return (names.isEmpty() ? "no factory is on the class path" : "names that work: " + String.join(", ", names))
                + "; or the name of a class that implements " + factoryType.getName() + ", or " + pluginType.getName()
                + " with a public constructor " + constructor;
    }

    private DriverException invalid(NovaConf.Entry setting, String problem, @Nullable Throwable cause) {
        return new DriverException(
                ErrorCode.CONFIG_INVALID, setting + ": '" + setting.value() + "': " + problem, cause);
    }
}
