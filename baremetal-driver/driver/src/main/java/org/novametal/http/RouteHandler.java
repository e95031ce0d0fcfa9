package org.novametal.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.novametal.text.ForeignText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects Jetty to the routes: reads a request within its limits, calls the route's handler, writes the answer. */
final class RouteHandler extends Handler.Abstract.NonBlocking {
    private static final Logger LOG = LoggerFactory.getLogger(RouteHandler.class);

    private final List<Route> routes;
    private final HttpOptions options;
    private final ExecutorService handlers;
    private final FileSender files;

    RouteHandler(List<Route> routes, HttpOptions options, ExecutorService handlers, ExecutorService files) {
        this.routes = routes.stream()
                .sorted(Comparator.comparingInt((Route route) -> route.path().length())
                        .reversed()
                        .thenComparing(Route::match))
                .toList();
        this.options = options;
        this.handlers = handlers;
        this.files = new FileSender(files);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        try {
            handlers.execute(() -> serve(request, response, callback));
        } catch (RejectedExecutionException e) {
            callback.failed(e);
        }
        return true;
    }

    private void serve(Request request, Response response, Callback callback) {
        HttpAnswer answer;
        try {
            answer = answer(request);
        } catch (BodyRefused refused) {
            // The rest of the body is not read, so the connection cannot be used again.
            answer = JsonErrors.answer(refused.status, Map.of("Connection", "close"), refused.getMessage());
        } catch (IOException e) {
            LOG.debug("{} was not read to its end: {}", shown(request), ForeignText.line(e.toString()));
            callback.failed(e);
            return;
        }
        try {
            switch (answer) {
                case HttpAnswer.Text text -> send(text, response, callback);
                case HttpAnswer.File file -> files.send(file, request, response, callback);
            }
        } catch (RuntimeException e) {
            LOG.error("{}: the answer {} could not be sent", shown(request), answer, ForeignText.cause(e));
            callback.failed(e);
        }
    }

    private HttpAnswer answer(Request request) throws IOException {
        String method = request.getMethod();
        String path = path(request);
        List<Route> here = routes.stream().filter(route -> route.fits(path)).toList();
        Optional<Route> route =
                here.stream().filter(candidate -> candidate.takes(method)).findFirst();
        if (here.isEmpty()) {
            return JsonErrors.answer(404, "there is nothing at " + ForeignText.line(path));
        }
        if (route.isEmpty()) {
            TreeSet<String> allowed = new TreeSet<>();
            here.forEach(candidate -> allowed.addAll(candidate.methods()));
            return JsonErrors.answer(
                    405,
                    Map.of("Allow", String.join(", ", allowed)),
                    ForeignText.line(method) + " is not allowed at " + ForeignText.line(path));
        }
        Fields query;
        try {
            query = Request.extractQueryParameters(request);
        } catch (RuntimeException e) {
            return JsonErrors.answer(400, "the query of " + ForeignText.line(path) + " cannot be decoded");
        }
        HttpRequest asked =
                new HttpRequest(sender(request), method, path, values(query), headers(request), body(request));
        try {
            return route.get().handler().handle(asked);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return JsonErrors.answer(503, "the server is closing");
        } catch (Exception e) {
            LOG.error("{} failed", shown(request), ForeignText.cause(e));
            return JsonErrors.answer(500, "the server failed to answer; its log says why");
        }
    }

    private static InetAddress sender(Request request) {
        if (request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress remote
                && remote.getAddress() != null) {
            return remote.getAddress();
        }
        throw new IllegalStateException("a connection without an address; the server listens on TCP alone");
    }

    /** The request for a log line. */
    private static String shown(Request request) {
        return sender(request).getHostAddress() + " " + ForeignText.line(request.getMethod()) + " "
                + ForeignText.line(path(request));
    }

    private static String path(Request request) {
        return Request.getPathInContext(request);
    }

    private static Map<String, List<String>> values(Fields query) {
        Map<String, List<String>> values = new HashMap<>();
        for (Fields.Field field : query) {
            values.put(field.getName(), List.copyOf(field.getValues()));
        }
        return values;
    }

    private static Map<String, List<String>> headers(Request request) {
        Map<String, List<String>> values = new HashMap<>();
        for (HttpField field : request.getHeaders()) {
            values.computeIfAbsent(field.getName().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(field.getValue() == null ? "" : field.getValue());
        }
        return values;
    }

    private String body(Request request) throws IOException {
        int limit = options.maxBodyBytes();
        if (request.getLength() > limit) {
            throw new BodyRefused(413, "the body is longer than " + limit + " bytes");
        }
        long deadline = System.nanoTime() + options.bodyTimeout().toNanos();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try (InputStream in = Content.Source.asInputStream(request)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                body.write(buffer, 0, read);
                if (body.size() > limit) {
                    throw new BodyRefused(413, "the body is longer than " + limit + " bytes");
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new BodyRefused(408, "the body took longer than " + options.bodyTimeout());
                }
            }
        } catch (IOException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new BodyRefused(408, "no byte of the body arrived for " + options.idleTimeout());
            }
            throw e;
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    private static void send(HttpAnswer.Text text, Response response, Callback callback) {
        response.setStatus(text.status());
        text.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        byte[] body = text.body().getBytes(StandardCharsets.UTF_8);
        response.getHeaders().put("Content-Length", Integer.toString(body.length));
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    /** A request body that was not read to its end, and the status of the answer. */
    private static final class BodyRefused extends IOException {
        private static final long serialVersionUID = 1L;
        private final int status;

        BodyRefused(int status, String message) {
            super(message);
            this.status = status;
        }

        @Override
        public String getMessage() {
            return Objects.requireNonNull(super.getMessage());
        }
    }
}
