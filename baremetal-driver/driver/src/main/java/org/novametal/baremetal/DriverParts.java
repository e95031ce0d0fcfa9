package org.novametal.baremetal;

import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.inventory.ResourceReports;
import org.novametal.baremetal.power.FleetPower;
import org.novametal.baremetal.provision.Provisioner;
import org.novametal.baremetal.store.Store;

/**
 * The parts of a running driver that its facade calls.
 *
 * @param store the store
 * @param enrolment enrols, lists and removes nodes
 * @param resources reports nodes to placement
 * @param operations spawn, rebuild, destroy
 * @param nodeOperations operations on nodes, for operators
 * @param power reads and changes the power of instances
 * @param fleet keeps the power readings of all nodes
 * @param leases keeps the faults of the nodes' networks
 * @param provisioner runs operations
 * @param console reads console output
 * @param rescue boots rescue systems in place of instances
 * @param opened all parts that must be closed
 */
record DriverParts(
        Store store,
        Enrolment enrolment,
        ResourceReports resources,
        InstanceOperations operations,
        NodeOperations nodeOperations,
        InstancePower power,
        FleetPower fleet,
        LeaseWatch leases,
        Provisioner provisioner,
        ConsoleOutput console,
        RescuedInstances rescue,
        OpenedParts opened)
        implements AutoCloseable {
    @Override
    public void close() {
        opened.close();
    }
}
