package org.novametal.examples.computehost.server;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.novametal.examples.computehost.wire.ErrorJson;

/** The errors of Jetty itself in the form of all others, without a stack trace. */
final class JsonErrors extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        response.getHeaders().put("Content-Type", "application/json");
        String message = HttpStatus.getMessage(response.getStatus());
        Content.Sink.write(
                response, true, ErrorJson.error("bad_request", "abort", message).toString(), callback);
        return true;
    }

    @Override
    public String toString() {
        return "JsonErrors";
    }
}
