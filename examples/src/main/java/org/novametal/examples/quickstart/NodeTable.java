package org.novametal.examples.quickstart;

import java.util.ArrayList;
import java.util.List;
import org.novametal.examples.quickstart.Report.NodeRow;
import org.novametal.examples.quickstart.Report.Nodes;

/** The table of nodes and their capacity, as lines of text. */
final class NodeTable {
    private static final List<String> HEADINGS =
            List.of("NODE", "STATE", "VCPUS", "MEMORY MB", "DISK GB", "ARCH", "CLASS", "INSTANCE");

    private NodeTable() {}

    static List<String> lines(Nodes nodes) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(HEADINGS);
        nodes.rows().forEach(row -> cells.add(cells(row)));
        List<String> lines = new ArrayList<>();
        lines.add(nodes.title());
        for (List<String> row : cells) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < HEADINGS.size(); column++) {
                String cell = row.get(column);
                line.append("  ").append(cell).append(" ".repeat(width(cells, column) - cell.length()));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private static List<String> cells(NodeRow row) {
        return List.of(
                row.name(),
                row.state(),
                row.vcpusUsed() + "/" + row.vcpus(),
                row.memoryMbUsed() + "/" + row.memoryMb(),
                row.localGbUsed() + "/" + row.localGb(),
                row.cpuArch(),
                row.resourceClass().orElse("-"),
                row.instance().orElse("-"));
    }

    private static int width(List<List<String>> cells, int column) {
        return cells.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
