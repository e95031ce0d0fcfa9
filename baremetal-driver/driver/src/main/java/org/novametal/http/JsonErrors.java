package org.novametal.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** The server's own errors as JSON: {@code {"error": "…"}}, without a stack trace. */
final class JsonErrors extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        response.getHeaders().put("Content-Type", "application/json");
        Content.Sink.write(response, true, json(HttpStatus.getMessage(status)), callback);
        return true;
    }

    @Override
    public String toString() {
        return "JsonErrors";
    }

    static String json(String message) {
        return JsonNodeFactory.instance.objectNode().put("error", message).toString();
    }

    static HttpAnswer answer(int status, String message) {
        return HttpAnswer.json(status, json(message));
    }

    static HttpAnswer.Text answer(int status, Map<String, String> headers, String message) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Content-Type", "application/json");
        return new HttpAnswer.Text(status, all, json(message));
    }
}
