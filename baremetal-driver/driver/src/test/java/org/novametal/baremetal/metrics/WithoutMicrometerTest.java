package org.novametal.baremetal.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WithoutMicrometerTest {
    /** The class path of this test without the jars of Micrometer. */
    private static URLClassLoader loader() throws Exception {
        List<URL> places = new ArrayList<>();
        for (String place : Splitter.on(File.pathSeparatorChar).split(System.getProperty("java.class.path"))) {
            if (!place.contains("micrometer")) {
                places.add(Path.of(place).toUri().toURL());
            }
        }
        return new URLClassLoader(places.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    @Test
    void theDriverIsMadeAndMeasuresNothing() throws Exception {
        try (URLClassLoader loader = loader()) {
            Class<?> installed = loader.loadClass(InstalledMetrics.class.getName());
            assertThat(installed.getMethod("find").invoke(null)).isEqualTo(Optional.empty());

            // Reflection resolves the types of all methods.
            Class<?> builder = loader.loadClass("org.novametal.baremetal.BareMetalDriverBuilder");
            assertThat(builder.getDeclaredMethods()).isNotEmpty();
            assertThat(loader.loadClass("org.novametal.baremetal.BareMetalWiring")
                            .getDeclaredMethods())
                    .isNotEmpty();
        }
        assertThat(InstalledMetrics.find()).isPresent();
    }
}
