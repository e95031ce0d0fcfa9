package org.novametal.baremetal.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.novametal.baremetal.exchange.ImportPlan;
import org.novametal.baremetal.exchange.ImportSource;
import org.novametal.baremetal.exchange.InventoryExport;
import org.novametal.baremetal.exchange.InventoryFormat;
import org.novametal.baremetal.exchange.InventoryImport;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.driver.model.NodeName;

/** Exports a node and imports it with another description. */
final class Documents {
    private Documents() {}

    /** Imports that node with another description. */
    static void importChanged(Enrolment inventory, NodeName node, Random random) throws IOException {
        StringWriter text = new StringWriter();
        new InventoryExport(inventory, Optional.empty())
                .write(InventoryFormat.JSON, one -> one.name().equals(node), text);
        String changed = text.toString()
                .replaceFirst(
                        "\"description\"\\s*:\\s*(null|\"[^\"]*\")",
                        "\"description\":\"imported " + random.nextInt() + "\"");
        ImportPlan plan = new ImportPlan(
                InventoryImport.read(
                        InventoryFormat.JSON,
                        List.of(new ImportSource("nodes.json", new StringReader(changed))),
                        Optional.empty()),
                inventory);
        assertThat(plan.isApplicable()).as("%s", plan.findings()).isTrue();
        plan.apply();
    }
}
