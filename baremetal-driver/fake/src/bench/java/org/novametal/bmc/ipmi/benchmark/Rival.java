package org.novametal.bmc.ipmi.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.benchmark.PeerMissingException;

/** go-ipmi, started when it is first asked for. */
final class Rival implements AutoCloseable {
    private final List<Farm.Member> members;
    private final int suite;
    private final Path folder;
    private @Nullable GoIpmi started;

    Rival(List<Farm.Member> members, int suite, Path folder) {
        this.members = members;
        this.suite = suite;
        this.folder = folder;
    }

    GoIpmi get() throws IOException, InterruptedException, PeerMissingException {
        GoIpmi known = started;
        if (known == null) {
            known = GoIpmi.start(members, suite, folder);
            started = known;
        }
        return known;
    }

    @Override
    public void close() {
        if (started != null) {
            started.close();
        }
    }
}
