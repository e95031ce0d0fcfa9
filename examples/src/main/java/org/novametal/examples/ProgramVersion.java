package org.novametal.examples;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The text that {@code --version} prints for each program: the version of the program's jar, from its manifest. */
public final class ProgramVersion implements IVersionProvider {
    /** Created by picocli. */
    public ProgramVersion() {}

    @Override
    public String[] getVersion() {
        String version = Optional.ofNullable(ProgramVersion.class.getPackage().getImplementationVersion())
                .orElse("of an unknown version (running from a folder of classes)");
        return new String[] {"nova-metal " + version};
    }
}
