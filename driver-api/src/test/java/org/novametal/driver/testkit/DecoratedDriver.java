package org.novametal.driver.testkit;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.capability.DriverCapability;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.InstanceInfo;
import org.novametal.driver.model.InstanceOperation;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.OperationRequest;
import org.novametal.driver.model.PortBinding;
import org.novametal.driver.model.PowerOffRequest;
import org.novametal.driver.model.RebootRequest;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.placement.ProviderTree;

/** A driver that passes every call on to another driver; a faulty driver overrides the method that has the fault. */
abstract class DecoratedDriver implements ComputeDriver {
    final ComputeDriver inner;

    DecoratedDriver(ComputeDriver inner) {
        this.inner = inner;
    }

    @Override
    public void initHost(HostName host) {
        inner.initHost(host);
    }

    @Override
    public void close() {
        inner.close();
    }

    @Override
    public Set<NodeName> getAvailableNodes(Freshness freshness) {
        return inner.getAvailableNodes(freshness);
    }

    @Override
    public Map<UUID, NodeName> getNodenamesByUuid(Freshness freshness) {
        return inner.getNodenamesByUuid(freshness);
    }

    @Override
    public boolean nodeIsAvailable(NodeName node) {
        return inner.nodeIsAvailable(node);
    }

    @Override
    public boolean isNodeDeleted(NodeName node) {
        return inner.isNodeDeleted(node);
    }

    @Override
    public AvailableResource getAvailableResource(NodeName node) {
        return inner.getAvailableResource(node);
    }

    @Override
    public ProviderTree updateProviderTree(ProviderTree current, NodeName node) {
        return inner.updateProviderTree(current, node);
    }

    @Override
    public Set<InstanceId> listInstanceUuids() {
        return inner.listInstanceUuids();
    }

    @Override
    public Set<String> listInstances() {
        return inner.listInstances();
    }

    @Override
    public int getNumInstances() {
        return inner.getNumInstances();
    }

    @Override
    public boolean instanceExists(Instance instance) {
        return inner.instanceExists(instance);
    }

    @Override
    public InstanceInfo getInfo(Instance instance, Freshness freshness) {
        return inner.getInfo(instance, freshness);
    }

    @Override
    public void prepareForSpawn(Instance instance) {
        inner.prepareForSpawn(instance);
    }

    @Override
    public void failedSpawnCleanup(Instance instance) {
        inner.failedSpawnCleanup(instance);
    }

    @Override
    public InstanceOperation submit(RequestContext context, OperationRequest request) {
        return inner.submit(context, request);
    }

    @Override
    public Optional<InstanceOperation> await(InstanceId instance, Duration limit) throws InterruptedException {
        return inner.await(instance, limit);
    }

    @Override
    public Optional<InstanceOperation> progress(InstanceId instance) {
        return inner.progress(instance);
    }

    @Override
    public void cancel(InstanceId instance) {
        inner.cancel(instance);
    }

    @Override
    public Map<String, PortBinding> portBindings(Instance instance) {
        return inner.portBindings(instance);
    }

    @Override
    public void powerOn(RequestContext context, Instance instance) throws InterruptedException {
        inner.powerOn(context, instance);
    }

    @Override
    public void powerOff(RequestContext context, PowerOffRequest request) throws InterruptedException {
        inner.powerOff(context, request);
    }

    @Override
    public void reboot(RequestContext context, RebootRequest request) throws InterruptedException {
        inner.reboot(context, request);
    }

    @Override
    public Map<String, Boolean> capabilities() {
        return inner.capabilities();
    }

    @Override
    public <C extends DriverCapability> Optional<C> capability(Class<C> type) {
        return inner.capability(type);
    }
}
