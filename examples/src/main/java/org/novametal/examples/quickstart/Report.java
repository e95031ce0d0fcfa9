package org.novametal.examples.quickstart;

import java.util.List;
import java.util.Optional;
import org.novametal.text.ForeignText;

/**
 * Something that the quickstart reports to the person who runs it. Its texts are safe to print: a machine, a BMC or an image
 * may have chosen parts of them.
 */
sealed interface Report {
    /** A remark for people, which the JSON output leaves out. */
    record Note(String text) implements Report {
        public Note {
            text = ForeignText.lines(text);
        }
    }

    /** A node went from one provision state to another. */
    record StateChanged(String node, Optional<String> instance, String oldState, String newState) implements Report {}

    /** An operation on a node has progressed; {@code fraction} is 0.0 to 1.0 of the whole operation. */
    record Progressed(String node, String step, double fraction) implements Report {}

    /** A node's serial console showed which image it booted; {@code lastLines} are the console's newest lines. */
    record ConsoleSeen(String node, String sha256, String hostname, List<String> lastLines) implements Report {
        public ConsoleSeen {
            hostname = ForeignText.line(hostname);
            lastLines = lastLines.stream().map(ForeignText::line).toList();
        }
    }

    /** The current state of the nodes. */
    record Nodes(String title, List<NodeRow> rows) implements Report {
        public Nodes {
            rows = List.copyOf(rows);
        }
    }

    /** Something went wrong; {@code code} is for programs and stable. */
    record Failed(String code, String message) implements Report {
        public Failed {
            message = ForeignText.lines(message);
        }
    }

    /** One node in a table; memory in MiB, disk in GiB. */
    record NodeRow(
            String name,
            String state,
            String availability,
            int vcpus,
            int vcpusUsed,
            int memoryMb,
            int memoryMbUsed,
            int localGb,
            int localGbUsed,
            String cpuArch,
            Optional<String> resourceClass,
            Optional<String> instance) {
        public NodeRow {
            name = ForeignText.line(name);
            cpuArch = ForeignText.line(cpuArch);
            resourceClass = resourceClass.map(ForeignText::line);
        }
    }
}
