package org.novametal.bmc.redfish;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.redfish.EntityTags.Tag;
import org.novametal.text.ForeignText;

/**
 * The resources of one service: reads and changes them, follows tasks, and turns refusals into exceptions.
 * Owned by the thread that makes the current call.
 */
final class RedfishService {
    private static final int PRECONDITION_FAILED = 412;
    private static final int PRECONDITION_REQUIRED = 428;

    /** DSP0268, Task.TaskState: the states of failed tasks. */
    private static final Set<String> FAILED_TASKS = Set.of("Exception", "Killed", "Cancelled");

    private final BmcAddress address;
    private final RedfishAccess access;
    private final Duration pollInterval;
    private final Pause pause;
    private final EntityTags tags = new EntityTags();

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

    /** Reads a resource, which must be a JSON object. A resource that cannot be read yet is {@link Reason#BUSY}. */
    RedfishAnswer read(String link, long deadline) throws InterruptedException {
        return requireObject(link, get(link, deadline));
    }

    /** Asks for a resource, whatever the answer is. */
    RedfishAnswer get(String link, long deadline) throws InterruptedException {
        return access.ask("GET", link, null, Map.of(), deadline);
    }

    /** Checks that an answer has a resource. */
    RedfishAnswer requireObject(String link, RedfishAnswer answer) {
        if (!answer.isSuccess()) {
            throw refusal("GET " + link, answer, RedfishRefusals.reasonOfReading(answer));
        }
        if (!answer.body().isObject()) {
            throw failure(
                    Reason.PROTOCOL,
                    "GET " + ForeignText.line(link)
                            + (answer.isJson()
                                    ? " returned no JSON object"
                                    : " returned a body that is not valid JSON"));
        }
        return answer;
    }

    /** Requests an action; where the service creates a task for it, waits until the task has ended. */
    void post(String link, JsonNode body, long deadline) throws InterruptedException {
        finish("POST " + link, access.ask("POST", link, body, Map.of(), deadline), deadline);
    }

    /**
     * Changes a resource in the version that was read. Where the service refuses that version, the resource is read again, and
     * its version named in the other ways that services take, without version at last.
     *
     * @param version the resource as it was read
     */
    void patch(String link, RedfishAnswer version, JsonNode body, long deadline) throws InterruptedException {
        Tag first = tags.of(version).getFirst();
        Set<Optional<String>> tried = new HashSet<>(Set.of(first.value()));
        RedfishAnswer answer = patch(link, first, body, deadline);
        if (isAboutVersion(answer)) {
            for (Tag tag : tags.of(read(link, deadline))) {
                if (isAboutVersion(answer) && tried.add(tag.value())) {
                    answer = patch(link, tag, body, deadline);
                }
            }
        }
        finish("PATCH " + link, answer, deadline);
    }

    private RedfishAnswer patch(String link, Tag tag, JsonNode body, long deadline) throws InterruptedException {
        Map<String, String> headers =
                tag.value().map(value -> Map.of("If-Match", value)).orElse(Map.of());
        RedfishAnswer answer = access.ask("PATCH", link, body, headers, deadline);
        if (answer.isSuccess()) {
            tags.took(tag);
        }
        return answer;
    }

    private static boolean isAboutVersion(RedfishAnswer answer) {
        return answer.status() == PRECONDITION_FAILED || answer.status() == PRECONDITION_REQUIRED;
    }

    private void finish(String what, RedfishAnswer answer, long deadline) throws InterruptedException {
        if (!answer.isSuccess()) {
            // The resource was read before: one that has gone since is not ready.
            Reason reason =
                    answer.status() == 404 ? RedfishRefusals.reasonOfReading(answer) : RedfishRefusals.reason(answer);
            throw refusal(what, answer, reason);
        }
        if (RedfishRefusals.isRefusalInSuccess(answer)) {
            throw refusal(what, answer, Reason.REJECTED);
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
            throw refusal("the task for " + what, answer, RedfishRefusals.reason(answer));
        }
        if (FAILED_TASKS.contains(taskState(answer))) {
            throw failure(
                    Reason.REJECTED,
                    "its task for " + ForeignText.line(what) + " ended as " + taskState(answer) + ": "
                            + RedfishRefusals.texts(answer.body()).orElse("it gives no reason"));
        }
    }

    private BmcException notEnded(String what, String monitor, @Nullable BmcException cause) {
        return failure(
                Reason.NOT_DONE,
                "its task for " + ForeignText.line(what) + " (" + ForeignText.line(monitor)
                        + ") did not end within the limit",
                cause);
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

    private BmcException refusal(String what, RedfishAnswer answer, Reason reason) {
        return failure(reason, "it refused " + ForeignText.line(what) + ": " + RedfishRefusals.describe(answer));
    }

    BmcException failure(Reason reason, String what) {
        return failure(reason, what, null);
    }

    private BmcException failure(Reason reason, String what, @Nullable Throwable cause) {
        return new BmcException(reason, "BMC " + address + ": " + access.blanked(what), cause);
    }
}
