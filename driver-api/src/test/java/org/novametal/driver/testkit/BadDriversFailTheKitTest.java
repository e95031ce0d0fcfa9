package org.novametal.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
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
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.RequestContext;

/** The kit catches drivers that are wrong, each in the tests that are about its fault and in no other. */
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
                .containsExactly("eachCapabilityIsThereAndWorksOrIsWhollyAbsent");
    }

    @Test
    void aDriverWhoseCapabilitiesTakeUnknownInstancesIsCaught() {
        assertThat(failedTests(CarelessCapabilitiesContractTest.class))
                .containsExactly("eachCapabilityIsThereAndWorksOrIsWhollyAbsent");
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

    /** The names of the test methods that failed, sorted; all of the kit ran. */
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
        assertThat(names).as("test methods of the kit").hasSizeGreaterThan(50);
        return names;
    }

    /** The kit on an in-memory driver that is changed in one point. */
    private abstract static class Planted extends ComputeDriverContract {
        private final UnaryOperator<ComputeDriver> fault;

        Planted(UnaryOperator<ComputeDriver> fault) {
            this.fault = fault;
        }

        @Override
        protected DriverFixture newFixture() {
            return new InMemoryDriverFixture(fault);
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

    /** Lists only nodes that are free, as a driver does that takes "available" for "free". */
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

    /** Takes an instance that it does not know for an error. */
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

    /** Makes an empty answer up when its store does not answer. */
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

    /** Has every capability and does not ask whether there is such an instance. */
    static final class CarelessCapabilitiesContractTest extends Planted {
        CarelessCapabilitiesContractTest() {
            super(inner -> new CapableDriver(inner, CapableDriver.Care.CARELESS));
        }
    }

    /** Says by its traits that it attaches interfaces, and does not. */
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
}
