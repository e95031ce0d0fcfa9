package org.novametal.http;

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
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.novametal.http.OpenConnections.Phase;
import org.novametal.text.ForeignText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects Jetty to the routes: reads a request within its limits, calls the route's handler, writes the answer. */
final class RouteHandler extends Handler.Abstract.NonBlocking {
    private static final Logger LOG = LoggerFactory.getLogger(RouteHandler.class);

    private final List<Route> routes;
    private final OpenConnections connections;
    private final RequestBodies bodies;
    private final RefusedBodies refusedBodies;
    private final RequestRate rate;
    private final RefusalLog rateWarning;
    private final ExecutorService handlers;
    private final FileSender files;

    RouteHandler(
            List<Route> routes,
            HttpOptions options,
            OpenConnections connections,
            ExecutorService handlers,
            FileSender files,
            LongSupplier nanoTime) {
        this.routes = routes.stream()
                .sorted(Comparator.comparingInt((Route route) -> route.path().length())
                        .reversed()
                        .thenComparing(Route::match))
                .toList();
        this.connections = connections;
        this.bodies = new RequestBodies(options, nanoTime);
        this.refusedBodies = new RefusedBodies(options.bodies().grace(), nanoTime);
        this.rate = new RequestRate(options.connections().maxRequestsPerSecond(), nanoTime);
        this.rateWarning = RefusalLog.rare(LOG, nanoTime);
        this.handlers = handlers;
        this.files = files;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Connection connection = request.getConnectionMetaData().getConnection();
        connections.enter(connection, Phase.ANSWER);
        Request.addCompletionListener(request, _ -> connections.enter(connection, Phase.HEADER));
        InetAddress sender = sender(request);
        if (!rate.permits(sender)) {
            rateWarning.warn("{} sends too many requests; some are answered with 429", sender.getHostAddress());
            HttpAnswer.Text tooMany = JsonErrors.answer(
                    429, Map.of("Connection", "close", "Retry-After", "1"), "too many requests; come again later");
            send(tooMany, response, callback);
            return true;
        }
        try {
            handlers.execute(() -> serve(request, sender, response, callback));
        } catch (RejectedExecutionException e) {
            callback.failed(e);
        }
        return true;
    }

    private void serve(Request request, InetAddress sender, Response response, Callback callback) {
        InputStream body = Content.Source.asInputStream(request);
        try {
            switch (answer(request, body, sender)) {
                case HttpAnswer.Text text -> send(text, response, callback);
                case HttpAnswer.File file -> files.send(file, sender, request, response, callback);
            }
        } catch (RequestBodies.BodyRefused refused) {
            refuse(refused, body, sender, request, response, callback);
        } catch (IOException e) {
            LOG.debug("{} was not read to its end: {}", shown(request), ForeignText.line(e.toString()));
            fail(callback, body, e);
        } catch (Throwable e) {
            // First the client's end: logging may fail too when memory is short.
            fail(callback, body, e);
            LOG.error("{} could not be answered", shown(request), ForeignText.cause(e));
        }
    }

    private static void fail(Callback callback, InputStream body, Throwable cause) {
        callback.failed(cause);
        drop(body);
    }

    /** Frees the buffer that a body which was not read to its end holds. */
    private static void drop(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            LOG.debug("the rest of a body could not be dropped: {}", ForeignText.line(e.toString()));
        }
    }

    private HttpAnswer answer(Request request, InputStream in, InetAddress sender) throws IOException {
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
        Connection connection = request.getConnectionMetaData().getConnection();
        connections.enter(connection, Phase.BODY);
        try (RequestBodies.Body body = bodies.read(request, in, route.get().maxBodyBytes())) {
            connections.enter(connection, Phase.ANSWER);
            return handle(
                    route.get(), new HttpRequest(sender, method, path, values(query), headers(request), body.text()));
        }
    }

    /** Sends the refusal at once, and then reads some of the rest of the body, without which the client may not see it. */
    private void refuse(
            RequestBodies.BodyRefused refused,
            InputStream body,
            InetAddress sender,
            Request request,
            Response response,
            Callback callback) {
        try (Blocker.Callback sent = Blocker.callback()) {
            send(
                    JsonErrors.answer(refused.status(), Map.of("Connection", "close"), refused.getMessage()),
                    response,
                    sent);
            sent.block();
            // The connection is as good as idle: it is replaced before others.
            connections.enter(request.getConnectionMetaData().getConnection(), Phase.HEADER);
            if (refused.status() == HttpStatus.PAYLOAD_TOO_LARGE_413) {
                refusedBodies.drop(request, body, sender);
            }
            drop(body);
            callback.succeeded();
        } catch (IOException e) {
            LOG.debug("{} was refused, and its client has gone: {}", shown(request), ForeignText.line(e.toString()));
            fail(callback, body, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(callback, body, e);
        }
    }

    private static HttpAnswer handle(Route route, HttpRequest request) {
        try {
            return route.handler().handle(request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return JsonErrors.answer(503, "the server is closing");
        } catch (Exception | StackOverflowError | OutOfMemoryError e) {
            LOG.error("{} failed", request, ForeignText.cause(e));
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

    private static void send(HttpAnswer.Text text, Response response, Callback callback) {
        response.setStatus(text.status());
        text.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        byte[] body = text.body().getBytes(StandardCharsets.UTF_8);
        response.getHeaders().put("Content-Length", Integer.toString(body.length));
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
