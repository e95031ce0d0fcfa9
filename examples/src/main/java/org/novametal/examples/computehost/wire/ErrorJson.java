package org.novametal.examples.computehost.wire;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.novametal.driver.error.DriverOperation;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.error.MessageText;

/** Errors, and the table of the driver's error codes with Nova's exceptions. */
public final class ErrorJson {
    /** The newest release of Nova that the table is made for. */
    private static final int NEWEST_NOVA_RELEASE = 40;

    private ErrorJson() {}

    /** {@code {"error": {"code", "disposition", "message"}}} for an error of the driver. */
    public static ObjectNode error(ErrorCode code, String message) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("error", body(code, message));
        return json;
    }

    /** The inner object of {@link #error(ErrorCode, String)}. */
    static ObjectNode body(ErrorCode code, String message) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("code", code.persistedName())
                .put("disposition", WireNames.of(code.disposition()))
                .put("message", MessageText.message(message));
    }

    /**
     * {@code {"error": {"code", "disposition", "message"}}} for an error of the wire itself.
     *
     * @param code a code that is not one of the driver's
     * @param disposition what the caller should do, with a name of {@code Disposition}
     */
    public static ObjectNode error(String code, String disposition, String message) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putObject("error")
                .put("code", code)
                .put("disposition", disposition)
                .put("message", MessageText.message(message));
        return json;
    }

    /** All error codes with their dispositions and the classes in {@code nova/exception.py}, by release. */
    public static ArrayNode codes() {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (ErrorCode code : ErrorCode.values()) {
            ObjectNode item = all.addObject()
                    .put("code", code.persistedName())
                    .put("disposition", WireNames.of(code.disposition()));
            ArrayNode classes = item.putArray("nova");
            String former = "";
            for (int release = ErrorCode.OLDEST_NOVA_RELEASE; release <= NEWEST_NOVA_RELEASE; release++) {
                String name = code.novaName(release);
                if (!name.equals(former)) {
                    classes.addObject().put("since", release).put("class", name);
                    former = name;
                }
            }
        }
        return all;
    }

    /** The driver's methods and the error codes with which each may fail. */
    public static ArrayNode operations() {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (DriverOperation operation : DriverOperation.values()) {
            ObjectNode item = all.addObject().put("operation", WireNames.of(operation));
            operation.methods().forEach(item.putArray("methods")::add);
            operation.codes().stream().map(ErrorCode::persistedName).sorted().forEach(item.putArray("codes")::add);
        }
        return all;
    }
}
