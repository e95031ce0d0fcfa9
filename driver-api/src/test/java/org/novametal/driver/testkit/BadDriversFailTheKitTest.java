package org.novametal.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.lang.reflect.Method;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.capability.DriverCapability;
import org.novametal.driver.capability.InterfaceAttachment;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.host.DriverEvent;
import org.novametal.driver.host.DriverEvent.HostAvailability;
import org.novametal.driver.host.DriverEvent.OperationProgress;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.host.EventStamp;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.model.DeployRequest;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.DestroyRequest.DiskFate;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.InstanceOperation;
import org.novametal.driver.model.InstanceOperation.Kind;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.OperationRequest;
import org.novametal.driver.model.PortBinding;
import org.novametal.driver.model.RebuildRequest;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;

/** The kit detects faulty drivers: each fails exactly the tests that are about its fault. */
class BadDriversFailTheKitTest {
    @Test
    void aDriverThatHidesNodesInUseIsCaught() {
        assertThat(failedTests(HidesNodesInUseContractTest.class)).containsExactly("nodesInUseStayListed");
    }

    @Test
    void aDriverThatRefusesToDestroyAnUnknownInstanceIsCaught() {
        assertThat(failedTests(RefusesUnknownInstancesContractTest.class))
                .containsExactly(
                        "destroyOfAnInstanceThatNeverTookItsNodeTouchesNoOther",
                        "destroyOfAnUnknownInstanceSucceeds",
                        "destroyThatKeepsTheDisksOfAnUnknownInstanceSucceeds",
                        "destroyTwiceSucceedsTwice",
                        "twoDestroysAtOnceBothSucceed");
    }

    @Test
    void aDriverThatAnswersAnEmptyListWithoutItsStoreIsCaught() {
        assertThat(failedTests(EmptyWithoutItsStoreContractTest.class))
                .containsExactly("getAvailableNodesIsNotReadyWithoutItsStore");
    }

    @Test
    void aDriverWhoseTraitsClaimWhatItLacksIsCaught() {
        assertThat(failedTests(ClaimsWhatItLacksContractTest.class))
                .containsExactly(
                        "eachCapabilityIsThereAndWorksOrIsWhollyAbsent", "everyCapabilityOfNovaHasAValueThatIsTrue");
    }

    @Test
    void aDriverWhoseCapabilitiesTakeUnknownInstancesIsCaught() {
        assertThat(failedTests(CarelessCapabilitiesContractTest.class))
                .containsExactly("eachCapabilityIsThereAndWorksOrIsWhollyAbsent");
    }

    @Test
    void aDriverThatCancelsWhenItsCallerIsInterruptedIsCaught() {
        assertThat(failedTests(CancelsOnInterruptContractTest.class))
                .containsExactly(
                        "anInterruptEndsTheWaitAloneAndOtherCallersGoOnWaiting",
                        "anInterruptedSpawnGoesOnWithoutItsCaller");
    }

    @Test
    void aDriverThatCallsEachSubmitANewOperationIsCaught() {
        assertThat(failedTests(NewOperationEachTimeContractTest.class))
                .containsExactly(
                        "aSecondSubmitJoinsTheOperationUnderWay",
                        "aSubmittedDestroyCancelsTheSpawnUnderWayAndTakesTheInstanceOff",
                        "afterARestartASubmitJoinsWhatIsUnfinished",
                        "awaitReturnsAtItsLimitWithTheOperationUnderWay",
                        "cancelUndoesASpawnUnderWay",
                        "progressShowsHowFarTheNewestOperationIs");
    }

    @Test
    void aDriverThatForgetsWhatHasEndedIsCaught() {
        assertThat(failedTests(ForgetsWhatHasEndedContractTest.class))
                .containsExactly(
                        "anAdministratorsPasswordIsTakenAndSaidToBeUnusedWhereItIs",
                        "progressShowsHowFarTheNewestOperationIs",
                        "rebuildEndsWithTheInstanceRunningOnItsNode",
                        "theEndOfAnOperationIsStillKnownAfterARestart");
    }

    @Test
    void aDriverThatDoesNotCancelIsCaught() {
        assertThat(failedTests(DoesNotCancelContractTest.class))
                .containsExactly("aCancelledRebuildLeavesTheNodeToItsInstance", "cancelUndoesASpawnUnderWay");
    }

    @Test
    void aDriverThatLetsTheNodeGoDuringARebuildIsCaught() {
        assertThat(failedTests(LetsTheNodeGoContractTest.class))
                .containsExactly("aRebuildUnderWayGoesOnAfterARestart", "theNodeIsHeldThroughoutARebuild");
    }

    @Test
    void aDriverThatDoesNotKnowAnInstanceInASpawnIsCaught() {
        assertThat(failedTests(InstanceNotFoundInSpawnContractTest.class))
                .containsExactly("spawnOnAnUnknownNodeAsksForAnotherNode");
    }

    @Test
    void aDriverThatRefusesARebuildAsUnavailableIsCaught() {
        assertThat(failedTests(RebuildUnavailableContractTest.class))
                .containsExactly("rebuildOfAnUnknownInstanceFailsAsARebuild");
    }

    @Test
    void aDriverThatDropsWhatItDoesNotHonourIsCaught() {
        assertThat(failedTests(DropsInSilenceContractTest.class))
                .containsExactly("allReasonsAreGivenAtOnce", "whatIsNotHonouredIsRefusedBeforeTheMachineIsTouched");
    }

    @Test
    void aDriverThatRefusesAPasswordIsCaught() {
        assertThat(failedTests(RefusesPasswordsContractTest.class))
                .containsExactly("anAdministratorsPasswordIsTakenAndSaidToBeUnusedWhereItIs");
    }

    @Test
    void aDriverThatTakesAnotherHostNameIsCaught() {
        assertThat(failedTests(TakesAnotherHostNameContractTest.class))
                .containsExactly("initHostForAnotherHostIsRefused", "initHostForAnotherHostIsRefusedAfterARestartToo");
    }

    @Test
    void aDriverThatRefusesToKeepTheDisksOfAnUnknownInstanceIsCaught() {
        assertThat(failedTests(RefusesToKeepTheUnknownContractTest.class))
                .containsExactly("destroyThatKeepsTheDisksOfAnUnknownInstanceSucceeds");
    }

    @Test
    void aDriverThatReportsNoPortsIsCaught() {
        assertThat(failedTests(ReportsNoPortsContractTest.class)).containsExactly("eachInterfaceIsOnAPortOfTheNode");
    }

    @Test
    void aDriverWhoseCapabilitiesLackNamesIsCaught() {
        assertThat(failedTests(LacksCapabilityNamesContractTest.class))
                .containsExactly("everyCapabilityOfNovaHasAValueThatIsTrue");
    }

    @Test
    void aDriverThatRepeatsNumbersOfEventsIsCaught() {
        assertThat(failedTests(RepeatsNumbersContractTest.class))
                .containsExactly("theEventsOfAProcessAreNumberedWithoutAGapInTheOrderInWhichTheyCome");
    }

    @Test
    void aDriverThatDoesNotReportThatItsHostIsDownIsCaught() {
        assertThat(failedTests(NeverDownContractTest.class))
                .containsExactly(
                        "aHostWhoseStoreIsGoneIsDownUntilItIsBack", "theHostIsUpFromTheFirstEventAndDownByTheLast");
    }

    @Test
    void aDriverWithEveryCapabilityIsNotCaught() {
        assertThat(failedTests(EveryCapabilityContractTest.class)).isEmpty();
    }

    @Test
    void aDriverWithoutAFaultIsNotCaught() {
        assertThat(failedTests(FaultlessContractTest.class)).isEmpty();
    }

    @Test
    void aSubclassOfAnotherNameIsRefused() {
        assertThat(failedTests(WronglyNamed.class)).containsExactly("theSubclassIsNamedContractTest");
    }

    /** The names of the test methods that failed, sorted; checks that all tests of the kit ran. */
    private static Set<String> failedTests(Class<? extends ComputeDriverContract> contract) {
        Events tests = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(contract))
                .execute()
                .testEvents();

        tests.assertStatistics(statistics -> statistics.skipped(0).aborted(0));
        assertThat(names(tests.started())).as("tests that ran").containsAll(testMethodsOfTheKit());
        return names(tests.failed());
    }

    private static Set<String> names(Events events) {
        return events.stream()
                .map(Event::getTestDescriptor)
                .map(test -> (MethodSource) test.getSource().orElseThrow())
                .map(MethodSource::getMethodName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Every test method of every topic, found by its annotation. */
    private static Set<String> testMethodsOfTheKit() {
        Set<String> names = Arrays.stream(ComputeDriverContract.class.getDeclaredClasses())
                .flatMap(topic -> Arrays.stream(topic.getSuperclass().getDeclaredMethods()))
                .filter(method -> Arrays.stream(method.getAnnotations())
                        .anyMatch(annotation ->
                                annotation.annotationType().getSimpleName().endsWith("Test")))
                .map(Method::getName)
                .collect(Collectors.toSet());
        assertThat(names).as("test methods of the kit").hasSizeGreaterThan(90);
        return names;
    }

    /** The kit, run on an in-memory driver with one fault. */
    abstract static class Planted extends ComputeDriverContract {
        /** The time limit of each call. Tests that wait for something that a faulty driver never does run into it. */
        private static final Duration LIMIT = Duration.ofSeconds(6);

        private final UnaryOperator<ComputeDriver> fault;
        private final UnaryOperator<DriverHost> hostFault;

        Planted(UnaryOperator<ComputeDriver> fault) {
            this(fault, UnaryOperator.identity());
        }

        Planted(UnaryOperator<ComputeDriver> fault, UnaryOperator<DriverHost> hostFault) {
            this.fault = fault;
            this.hostFault = hostFault;
        }

        @Override
        protected DriverFixture newFixture() {
            return new InMemoryDriverFixture(fault, hostFault, LIMIT);
        }
    }

    static final class FaultlessContractTest extends Planted {
        FaultlessContractTest() {
            super(inner -> new DecoratedDriver(inner) {});
        }
    }

    static final class WronglyNamed extends Planted {
        WronglyNamed() {
            super(UnaryOperator.identity());
        }
    }

    /** Lists only free nodes, like a driver that understands "available" as "free". */
    static final class HidesNodesInUseContractTest extends Planted {
        HidesNodesInUseContractTest() {
            super(inner -> new DecoratedDriver(inner) {
                @Override
                public Set<NodeName> getAvailableNodes(Freshness freshness) {
                    return inner.getAvailableNodes(freshness).stream()
                            .filter(node -> inner.getAvailableResource(node).availability() != Availability.IN_USE)
                            .collect(Collectors.toSet());
                }
            });
        }
    }

    /** Fails to destroy an instance that it does not know. */
    static final class RefusesUnknownInstancesContractTest extends Planted {
        RefusesUnknownInstancesContractTest() {
            super(inner -> new DecoratedDriver(inner) {
                @Override
                public synchronized void destroy(RequestContext context, DestroyRequest request)
                        throws InterruptedException {
                    if (!inner.instanceExists(request.instance())) {
                        throw new DriverException(ErrorCode.INSTANCE_NOT_FOUND, "cannot destroy " + request.instance());
                    }
                    inner.destroy(context, request);
                }
            });
        }
    }

    /** Returns an empty set of nodes when its store does not answer. */
    static final class EmptyWithoutItsStoreContractTest extends Planted {
        EmptyWithoutItsStoreContractTest() {
            super(inner -> new DecoratedDriver(inner) {
                @Override
                public Set<NodeName> getAvailableNodes(Freshness freshness) {
                    try {
                        return inner.getAvailableNodes(freshness);
                    } catch (DriverException failure) {
                        if (failure.code() == ErrorCode.DRIVER_NOT_READY) {
                            return Set.of();
                        }
                        throw failure;
                    }
                }
            });
        }
    }

    static final class EveryCapabilityContractTest extends Planted {
        EveryCapabilityContractTest() {
            super(inner -> new CapableDriver(inner, CapableDriver.Care.CAREFUL));
        }
    }

    /** Has every capability, and does not check that the instance exists. */
    static final class CarelessCapabilitiesContractTest extends Planted {
        CarelessCapabilitiesContractTest() {
            super(inner -> new CapableDriver(inner, CapableDriver.Care.CARELESS));
        }
    }

    /** Claims by its traits that it attaches interfaces, but lacks this capability. */
    static final class ClaimsWhatItLacksContractTest extends Planted {
        ClaimsWhatItLacksContractTest() {
            super(inner -> new DecoratedDriver(inner) {
                @Override
                public <C extends DriverCapability> Optional<C> capability(Class<C> type) {
                    return type.equals(InterfaceAttachment.class) ? Optional.empty() : inner.capability(type);
                }
            });
        }
    }

    /** Cancels a spawn when the waiting caller is interrupted. */
    static final class CancelsOnInterruptContractTest extends Planted {
        CancelsOnInterruptContractTest() {
            super(inner -> new DecoratedDriver(inner) {
                @Override
                public void spawn(RequestContext context, SpawnRequest request) throws InterruptedException {
                    try {
                        inner.spawn(context, request);
                    } catch (InterruptedException interrupted) {
                        inner.cancel(request.instance().id());
                        throw interrupted;
                    }
                }
            });
        }
    }

    /** Returns a new operation id from each submit. */
    static final class NewOperationEachTimeContractTest extends Planted {
        NewOperationEachTimeContractTest() {
            super(inner -> new DecoratedDriver(inner) {
                @Override
                public InstanceOperation submit(RequestContext context, OperationRequest request) {
                    InstanceOperation begun = inner.submit(context, request);
                    return InstanceOperation.builder(
                                    UUID.randomUUID(),
                                    begun.instance(),
                                    begun.kind(),
                                    begun.requestId(),
                                    begun.begunAt())
                            .phase(begun.phase())
                            .build();
                }
            });
        }
    }

    /** Forgets an operation when it has ended. */
    static final class ForgetsWhatHasEndedContractTest extends Planted {
        ForgetsWhatHasEndedContractTest() {
            super(inner -> new DecoratedDriver(inner) {
                @Override
                public Optional<InstanceOperation> progress(InstanceId instance) {
                    return inner.progress(instance).filter(operation -> !operation.isFinished());
                }
            });
        }
    }

    /** Ignores a cancel. */
    static final class DoesNotCancelContractTest extends Planted {
        DoesNotCancelContractTest() {
            super(inner -> new DecoratedDriver(inner) {
                @Override
                public void cancel(InstanceId instance) {
                    inner.progress(instance);
                }
            });
        }
    }

    /** Reports a node as free while its instance is rebuilt. */
    static final class LetsTheNodeGoContractTest extends Planted {
        LetsTheNodeGoContractTest() {
            super(inner -> new DecoratedDriver(inner) {
                @Override
                public AvailableResource getAvailableResource(NodeName node) {
                    AvailableResource report = inner.getAvailableResource(node);
                    boolean rebuilt = report.instance()
                            .flatMap(inner::progress)
                            .filter(operation -> operation.kind() == Kind.REBUILD && !operation.isFinished())
                            .isPresent();
                    return rebuilt
                            ? AvailableResource.builder(node, report.uuid()).build()
                            : report;
                }
            });
        }
    }

    /** Fails a spawn on an unknown node with {@code INSTANCE_NOT_FOUND}. */
    static final class InstanceNotFoundInSpawnContractTest extends Planted {
        InstanceNotFoundInSpawnContractTest() {
            super(inner -> new DecoratedDriver(inner) {
                @Override
                public InstanceOperation submit(RequestContext context, OperationRequest request) {
                    try {
                        return inner.submit(context, request);
                    } catch (DriverException failure) {
                        throw failure.code() == ErrorCode.NODE_NOT_FOUND
                                ? new DriverException(ErrorCode.INSTANCE_NOT_FOUND, failure.getMessage())
                                : failure;
                    }
                }
            });
        }
    }

    /** Refuses the rebuild of an unknown instance with a code that Nova understands as "nothing was touched". */
    static final class RebuildUnavailableContractTest extends Planted {
        RebuildUnavailableContractTest() {
            super(inner -> new DecoratedDriver(inner) {
                @Override
                public InstanceOperation submit(RequestContext context, OperationRequest request) {
                    if (request instanceof RebuildRequest && !inner.instanceExists(request.instance())) {
                        throw new DriverException(
                                ErrorCode.RESOURCES_UNAVAILABLE, "cannot rebuild " + request.instance());
                    }
                    return inner.submit(context, request);
                }
            });
        }
    }

    /** Spawns an instance and silently drops the parts of the request that it does not honour. */
    static final class DropsInSilenceContractTest extends Planted {
        DropsInSilenceContractTest() {
            super(inner -> new DecoratedDriver(inner) {
                @Override
                public InstanceOperation submit(RequestContext context, OperationRequest request) {
                    if (!(request instanceof SpawnRequest spawn)) {
                        return inner.submit(context, request);
                    }
                    try {
                        return inner.submit(context, spawn);
                    } catch (DriverException refused) {
                        boolean aboutTheRequest = refused.code() == ErrorCode.NODE_INVALID
                                || (refused.code() == ErrorCode.BUILD_ABORT
                                        && spawn.instance().node().isPresent());
                        if (!aboutTheRequest) {
                            throw refused;
                        }
                        Instance.Builder plain = Instance.builder(
                                spawn.instance().id(), Flavor.builder("plain").build());
                        spawn.instance().node().ifPresent(plain::node);
                        return inner.submit(
                                context,
                                SpawnRequest.builder(
                                                plain.build(),
                                                ImageMeta.builder("plain").build())
                                        .build());
                    }
                }
            });
        }
    }

    /** Refuses an administrator's password, which Nova always sets. */
    static final class RefusesPasswordsContractTest extends Planted {
        RefusesPasswordsContractTest() {
            super(inner -> new DecoratedDriver(inner) {
                @Override
                public InstanceOperation submit(RequestContext context, OperationRequest request) {
                    if (request instanceof DeployRequest deploy
                            && deploy.adminPassword().isPresent()) {
                        throw new DriverException(ErrorCode.BUILD_ABORT, "passwords are not honoured");
                    }
                    return inner.submit(context, request);
                }
            });
        }
    }

    /** Accepts any host name. */
    static final class TakesAnotherHostNameContractTest extends Planted {
        TakesAnotherHostNameContractTest() {
            super(inner -> new DecoratedDriver(inner) {
                @Override
                public void initHost(HostName host) {
                    inner.initHost(new HostName("compute-0"));
                }
            });
        }
    }

    /** Refuses to keep disks without checking that the instance exists. */
    static final class RefusesToKeepTheUnknownContractTest extends Planted {
        RefusesToKeepTheUnknownContractTest() {
            super(inner -> new DecoratedDriver(inner) {
                @Override
                public InstanceOperation submit(RequestContext context, OperationRequest request) {
                    if (request instanceof DestroyRequest destroy && destroy.disks() == DiskFate.KEEP) {
                        throw new DriverException(ErrorCode.DESTROY_FAILED, "disks cannot be kept");
                    }
                    return inner.submit(context, request);
                }
            });
        }
    }

    /** Does not report which ports its interfaces got. */
    static final class ReportsNoPortsContractTest extends Planted {
        ReportsNoPortsContractTest() {
            super(inner -> new DecoratedDriver(inner) {
                @Override
                public Map<String, PortBinding> portBindings(Instance instance) {
                    inner.portBindings(instance);
                    return Map.of();
                }
            });
        }
    }

    /** Lists only the capabilities that it has, without those that it lacks. */
    static final class LacksCapabilityNamesContractTest extends Planted {
        LacksCapabilityNamesContractTest() {
            super(inner -> new DecoratedDriver(inner) {
                @Override
                public Map<String, Boolean> capabilities() {
                    return inner.capabilities().entrySet().stream()
                            .filter(Map.Entry::getValue)
                            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
                }
            });
        }
    }

    /** A host that changes or drops events before it passes them to the real host. */
    private record ChangingHost(DriverHost real, UnaryOperator<Stream<DriverEvent>> change) implements DriverHost {
        @Override
        public HostName host() {
            return real.host();
        }

        @Override
        public InstantSource clock() {
            return real.clock();
        }

        @Override
        public void emit(DriverEvent event) {
            change.apply(Stream.of(event)).forEach(real::emit);
        }
    }

    /** Gives each progress event the sequence number 1. */
    static final class RepeatsNumbersContractTest extends Planted {
        RepeatsNumbersContractTest() {
            super(
                    UnaryOperator.identity(),
                    host -> new ChangingHost(
                            host,
                            events -> events.map(event -> switch (event) {
                                case OperationProgress progress ->
                                    new OperationProgress(
                                            new EventStamp(progress.stamp().process(), 1, progress.at()),
                                            progress.node(),
                                            progress.instance(),
                                            progress.step(),
                                            progress.fraction());
                                case DriverEvent other -> other;
                            })));
        }
    }

    /** Reports its host as up, and never as down. */
    static final class NeverDownContractTest extends Planted {
        NeverDownContractTest() {
            super(
                    UnaryOperator.identity(),
                    host -> new ChangingHost(
                            host,
                            events -> events.filter(event -> !(event instanceof HostAvailability availability)
                                    || availability.state() == HostAvailability.State.UP)));
        }
    }
}
