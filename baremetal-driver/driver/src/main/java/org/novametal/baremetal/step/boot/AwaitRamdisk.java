package org.novametal.baremetal.step.boot;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.novametal.agent.AgentHandshakes;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.step.OnRamdisk;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Wait;
import org.novametal.baremetal.step.StepResult.WaitFor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the first heartbeat of the deploy ramdisk on the node. A machine without a heartbeat for too long is booted once
 * more: its network boot failed, or found no boot server because this process was down. After a restart of this process a
 * machine that requests no boot script is booted again soon, because its network boot may have failed meanwhile. There is nothing to undo.
 */
public final class AwaitRamdisk implements Step {
    private static final Logger LOG = LoggerFactory.getLogger(AwaitRamdisk.class);

    /** Key for the next step of booting once more, or {@link #DONE}; absent before that began. */
    private static final String BOOTED_AGAIN = "boot.again";

    private static final String DONE = "done";

    private final Duration limit;
    private final Duration pollInterval;
    private final BootAgain again;
    private final Function<InetAddress, Optional<AgentHandshakes.Failure>> failedHandshakes;

    /**
     * When and how a machine is booted once more.
     *
     * @param after the time without a heartbeat after which it is booted again; zero: never. Where it is not less than the
     *     step's limit, half of the limit counts
     * @param afterRestart the time without a request for the boot script after a restart of this process; zero: as without a restart
     * @param steps the steps that boot it, in order
     */
    public record BootAgain(Duration after, Duration afterRestart, List<Step> steps) {
        /** Copies the steps. */
        public BootAgain {
            steps = List.copyOf(steps);
        }

        /** The steps from that one on; all of them if an older program stored a name that this program does not know. */
        List<Step> from(String name) {
            List<String> names = steps.stream().map(Step::name).toList();
            return steps.subList(Math.max(0, names.indexOf(name)), steps.size());
        }
    }

    /**
     * Makes the step.
     *
     * @param limit how long a machine may take from power-on to the ramdisk's first heartbeat
     * @param pollInterval how often the store is read while no heartbeat wakes the operation
     * @param failedHandshakes the latest failed TLS handshake of an address with the agent API
     */
    public AwaitRamdisk(
            Duration limit,
            Duration pollInterval,
            BootAgain again,
            Function<InetAddress, Optional<AgentHandshakes.Failure>> failedHandshakes) {
        this.limit = limit;
        this.pollInterval = pollInterval;
        this.again = again;
        this.failedHandshakes = failedHandshakes;
    }

    @Override
    public String name() {
        return "boot.await-ramdisk";
    }

    @Override
    public Duration limit() {
        return limit;
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        Optional<String> next = context.recall(againKey(context));
        if (next.isPresent() && !next.get().equals(DONE)) {
            // A heartbeat that arrives now is from a ramdisk that is about to be switched off.
            return bootAgain(context, again.from(next.get()));
        }
        Optional<AgentRecord> agent = context.agent();
        if (agent.isPresent() && agent.get().callbackUrl().isPresent()) {
            return StepResult.DONE;
        }
        if (next.isEmpty() && isSilentForLong(context, agent)) {
            LOG.warn(
                    "node {}: no heartbeat of a deploy ramdisk within {} s; its machine is booted once more",
                    context.node().name(),
                    context.inStep().toSeconds());
            return bootAgain(context, again.steps());
        }
        return waiting(context, agent);
    }

    /** Whether the machine has been silent for so long that it is booted again. */
    private boolean isSilentForLong(StepContext context, Optional<AgentRecord> agent) {
        Duration usual = again.after().compareTo(limit) < 0 ? again.after() : limit.dividedBy(2);
        if (!usual.isPositive()) {
            return false;
        }
        boolean isSilentSinceTakeover = agent.isEmpty()
                && again.afterRestart().isPositive()
                && context.sinceTakeover()
                        .filter(time -> time.compareTo(again.afterRestart()) >= 0)
                        .isPresent();
        return isSilentSinceTakeover || context.inStep().compareTo(usual) >= 0;
    }

    private StepResult bootAgain(StepContext context, List<Step> steps) throws InterruptedException {
        for (Step step : steps) {
            context.remember(againKey(context), step.name());
            StepResult result = step.run(context);
            if (!(result instanceof StepResult.Done)) {
                return result;
            }
        }
        context.remember(againKey(context), DONE);
        return waiting(context, Optional.empty());
    }

    private static String againKey(StepContext context) {
        return OnRamdisk.keyOfThisBoot(context, BOOTED_AGAIN);
    }

    private Wait waiting(StepContext context, Optional<AgentRecord> agent) {
        String seen = agent.flatMap(AgentRecord::address)
                .map(address -> "boot script delivered to " + address.getHostAddress() + ", no heartbeat yet")
                .orElse("no boot script delivered yet");
        String refused = agent.flatMap(AgentRecord::address)
                .flatMap(failedHandshakes)
                .filter(failure -> failure.age().compareTo(context.inStep()) <= 0)
                .map(failure -> "; its TLS handshake with the agent API failed: " + failure.reason()
                        + ", see agent_api_cert_file and agent_api_ca_file")
                .orElse("");
        String tries = context.recall(againKey(context)).isPresent() ? ", its machine was booted twice" : "";
        return new Wait(
                WaitFor.RAMDISK, pollInterval, "the deploy ramdisk's first heartbeat (" + seen + tries + refused + ")");
    }
}
