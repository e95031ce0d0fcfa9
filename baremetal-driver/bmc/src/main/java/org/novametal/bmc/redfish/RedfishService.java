package org.novametal.bmc.redfish;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;

/**
 * The resources of one service: reads and changes them, follows redirects and tasks, and turns refusals into exceptions.
 * Owned by the thread that makes the current call.
 */
final class RedfishService {
    private static final int MOST_REDIRECTS = 3;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    /** DSP0268, Task.TaskState: the states of failed tasks. */
    private static final Set<String> FAILED_TASKS = Set.of("Exception", "Killed", "Cancelled");

    private final BmcAddress address;
    private final RedfishAccess access;
    private final Duration pollInterval;
    private final Pause pause;

    /** Waits within a limit. */
    interface Pause {
        /**
         * Waits.
         *
         * @return whether there is time left before the deadline
         */
        boolean await(Duration time, long deadlineNanos) throws InterruptedException;
    }

    RedfishService(BmcAddress address, RedfishAccess access, Duration pollInterval, Pause pause) {
        this.address = address;
        this.access = access;
        this.pollInterval = pollInterval;
        this.pause = pause;
    }

    /** Reads a resource, which must be a JSON object. */
    RedfishAnswer read(String link, long deadline) throws InterruptedException {
        String at = link;
        for (int redirects = 0; ; redirects++) {
            RedfishAnswer answer = access.ask("GET", at, null, Map.of(), deadline);
            Optional<String> location = answer.header("Location");
            if (REDIRECTS.contains(answer.status()) && location.isPresent() && redirects < MOST_REDIRECTS) {
                at = location.get();
                continue;
            }
            if (!answer.isSuccess()) {
                throw refusal("GET " + at, answer);
            }
            if (!answer.body().isObject()) {
                throw failure(Reason.PROTOCOL, "GET " + at + " returned no JSON object");
            }
            return answer;
        }
    }

    /**
     * Requests a change; where the service creates a task for it, waits until the task has ended.
     *
     * @param etag the version to change, if the service has versions
     */
    void change(String method, String link, JsonNode body, Optional<String> etag, long deadline)
            throws InterruptedException {
        String what = method + " " + link;
        RedfishAnswer answer = access.ask(
                method, link, body, etag.map(tag -> Map.of("If-Match", tag)).orElse(Map.of()), deadline);
        if (!answer.isSuccess()) {
            throw refusal(what, answer);
        }
        Optional<String> monitor = answer.header("Location")
                .or(() -> RedfishAnswer.text(answer.body().path("TaskMonitor")))
                .or(() -> RedfishAnswer.link(answer.body()));
        if (answer.status() == 202 && monitor.isPresent()) {
            finish(what, monitor.get(), answer, deadline);
        }
    }

    /** Polls the task's monitor until the task has ended. DSP0266 §12.2. */
    private void finish(String what, String monitor, RedfishAnswer accepted, long deadline)
            throws InterruptedException {
        RedfishAnswer answer = accepted;
        while (isRunning(answer)) {
            if (!pause.await(retryAfter(answer).orElse(pollInterval), deadline)) {
                throw notEnded(what, monitor, null);
            }
            try {
                answer = access.ask("GET", monitor, null, Map.of(), deadline);
            } catch (BmcException e) {
                // The deadline may pass while the monitor is polled.
                boolean isLate = !pause.await(Duration.ZERO, deadline);
                throw e.reason() == Reason.UNREACHABLE && isLate ? notEnded(what, monitor, e) : e;
            }
        }
        if (answer.status() == 404 || answer.status() == 410) {
            // The service accepted the task and has deleted it after its end.
            return;
        }
        if (!answer.isSuccess()) {
            throw refusal("the task for " + what, answer);
        }
        if (FAILED_TASKS.contains(taskState(answer))) {
            throw failure(
                    Reason.REJECTED,
                    "its task for " + what + " ended as " + taskState(answer) + ": "
                            + RedfishRefusals.texts(answer.body()).orElse("it gives no reason"));
        }
    }

    private BmcException notEnded(String what, String monitor, @Nullable BmcException cause) {
        return failure(
                Reason.NOT_DONE, "its task for " + what + " (" + monitor + ") did not end within the limit", cause);
    }

    /** A monitor answers 202 until the task's end; some services use the task itself as the monitor, which answers 200. */
    private static boolean isRunning(RedfishAnswer answer) {
        if (answer.status() == 202) {
            return true;
        }
        return answer.isSuccess()
                && answer.body().has("TaskState")
                && !taskState(answer).equals("Completed")
                && !FAILED_TASKS.contains(taskState(answer));
    }

    private static String taskState(RedfishAnswer answer) {
        return answer.body().path("TaskState").asText();
    }

    private static Optional<Duration> retryAfter(RedfishAnswer answer) {
        return answer.header("Retry-After")
                .filter(value -> value.matches("[1-9][0-9]{0,4}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)));
    }

    BmcException refusal(String what, RedfishAnswer answer) {
        return failure(RedfishRefusals.reason(answer), "it refused " + what + ": " + RedfishRefusals.describe(answer));
    }

    BmcException failure(Reason reason, String what) {
        return failure(reason, what, null);
    }

    private BmcException failure(Reason reason, String what, @Nullable Throwable cause) {
        return new BmcException(reason, "BMC " + address + ": " + access.blanked(what), cause);
    }
}
