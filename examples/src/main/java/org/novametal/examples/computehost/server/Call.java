package org.novametal.examples.computehost.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.RequestContext;
import org.novametal.examples.computehost.wire.InstanceJson;
import org.novametal.examples.computehost.wire.JsonFields;
import org.novametal.examples.computehost.wire.WireFormatException;
import org.novametal.examples.computehost.wire.WireNames;

/**
 * A call with its parameters.
 *
 * @param path the values of the path's parts in braces
 * @param query the parameters after the question mark
 * @param json the body; a missing node if the call has none
 * @param maxWait the longest wait that a call can ask for
 */
public record Call(Map<String, String> path, Map<String, String> query, JsonNode json, Duration maxWait) {
    /** Copies the maps. */
    public Call {
        path = Map.copyOf(path);
        query = Map.copyOf(query);
    }

    /** The value of a part of the path. */
    String segment(String name) {
        return Optional.ofNullable(path.get(name))
                .orElseThrow(() -> new IllegalArgumentException("the route has no part {" + name + "}"));
    }

    /** The fields of the body. */
    public JsonFields body() {
        return JsonFields.of(json);
    }

    /** The instance whose UUID is in the path. */
    InstanceId instanceId() {
        return new InstanceId(JsonFields.uuid(segment("instance"), "the instance in the path"));
    }

    /** The instance in the body, which must be the one in the path. */
    Instance instance() {
        Instance instance = InstanceJson.instance(body().requiredObject("instance"));
        requireSame(instance);
        return instance;
    }

    /** Checks that an instance is the one in the path. */
    void requireSame(Instance instance) {
        if (!instance.id().equals(instanceId())) {
            throw new WireFormatException("instance.uuid must be the UUID in the path");
        }
    }

    /** The origin of the request, in the body. */
    RequestContext context() {
        return InstanceJson.context(body().requiredObject("context"));
    }

    /** How new the answer must be; the last known value suffices by default. */
    Freshness freshness() {
        return Optional.ofNullable(query.get("freshness"))
                .map(text -> WireNames.parse(Freshness.class, text, "the parameter freshness"))
                .orElse(Freshness.CACHED);
    }

    /** How long the call asks to wait, shortened to the longest wait; zero by default. */
    Duration waitTime() {
        return wait(query, maxWait);
    }

    /** How long a call with these parameters asks to wait. */
    static Duration wait(Map<String, String> query, Duration maxWait) {
        String text = query.getOrDefault("wait", "0");
        try {
            BigDecimal seconds = new BigDecimal(text);
            if (seconds.signum() >= 0 && text.length() < 20 && seconds.precision() - seconds.scale() < 10) {
                Duration asked = Duration.ofMillis(seconds.movePointRight(3).longValue());
                return asked.compareTo(maxWait) > 0 ? maxWait : asked;
            }
        } catch (NumberFormatException e) {
            throw new WireFormatException("the parameter wait must be a number of seconds");
        }
        throw new WireFormatException("the parameter wait must be a number of seconds, 0 or more");
    }

    /** Leaves out the body, which may contain secrets. */
    @Override
    public String toString() {
        return "Call[" + path + ", " + query + "]";
    }
}
