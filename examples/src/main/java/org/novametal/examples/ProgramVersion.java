package org.novametal.examples;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints of each program: that of the jar it came in, as its manifest tells. */
public final class ProgramVersion implements IVersionProvider {
    /** Made by picocli. */
    public ProgramVersion() {}

    @Override
    public String[] getVersion() {
        String version = Optional.ofNullable(ProgramVersion.class.getPackage().getImplementationVersion())
                .orElse("of no release: it runs from a folder of classes");
        return new String[] {"nova-metal " + version};
    }
}
