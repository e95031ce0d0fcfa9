package org.novametal.examples.computehost.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.novametal.driver.error.DriverException;
import org.novametal.examples.computehost.wire.WireFormatException;
import org.novametal.examples.computehost.wire.WireVersion;
import org.novametal.text.ForeignText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects Jetty to the routes. Each call runs on a virtual thread and is answered once: by its route, or at its deadline, or when
 * the process stops. A call whose caller has gone or has its answer already continues to its end and counts as a request until
 * then.
 */
final class RequestHandler extends Handler.Abstract.NonBlocking {
    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);
    private static final int MAX_DEPTH = 64;

    /** The header in which a caller asks for a shorter deadline, in seconds. */
    static final String DEADLINE = "Nova-Metal-Deadline";

    private final List<Route> routes;
    private final ServerSettings settings;
    private final PeerCheck peers;
    private final ExecutorService calls;
    private final ScheduledExecutorService deadlines;
    private final JsonMapper mapper;
    private final Semaphore free;
    private final Set<Pending> pending = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    RequestHandler(
            List<Route> routes,
            ServerSettings settings,
            PeerCheck peers,
            ExecutorService calls,
            ScheduledExecutorService deadlines) {
        this.routes = List.copyOf(routes);
        this.settings = settings;
        this.peers = peers;
        this.calls = calls;
        this.deadlines = deadlines;
        this.free = new Semaphore(settings.maxRequests());
        this.mapper = JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(MAX_DEPTH)
                                .maxStringLength(settings.maxRequestBytes())
                                .build())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    /** A request that has no answer yet. */
    private final class Pending {
        private final Request request;
        private final Response response;
        private final Callback callback;
        private final AtomicBoolean answered = new AtomicBoolean();

        Pending(Request request, Response response, Callback callback) {
            this.request = request;
            this.response = response;
            this.callback = callback;
        }

        /** Sends the answer, unless there is one already. */
        void answer(Answer answer) {
            if (!answered.compareAndSet(false, true)) {
                return;
            }
            pending.remove(this);
            byte[] body = answer.json().toString().getBytes(StandardCharsets.UTF_8);
            response.setStatus(answer.status());
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
            response.getHeaders().put(WireVersion.HEADER, WireVersion.text());
            if (draining || answer.status() == 403 || answer.status() == 413) {
                response.getHeaders().put(HttpHeader.CONNECTION, "close");
            }
            response.write(true, ByteBuffer.wrap(body), callback);
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        // A long wait is no idle connection.
        request.addIdleTimeoutListener(_ -> false);
        Pending call = new Pending(request, response, callback);
        if (!free.tryAcquire()) {
            call.answer(RefusedCall.tooManyRequests("the compute host answers " + settings.maxRequests()
                            + " requests at once and has no room for another one; see [compute_host] max_requests")
                    .answer());
            return true;
        }
        pending.add(call);
        try {
            calls.execute(() -> {
                try {
                    serve(call);
                } finally {
                    pending.remove(call);
                    free.release();
                }
            });
        } catch (RejectedExecutionException e) {
            free.release();
            call.answer(RefusedCall.closing().answer());
        }
        return true;
    }

    /** How many calls have no answer yet. */
    int unanswered() {
        return pending.size();
    }

    /** Refuses all further requests. */
    void drain() {
        draining = true;
    }

    /** Answers all calls that have no answer yet with {@code HOST_UNAVAILABLE}. */
    void answerAll() {
        List.copyOf(pending).forEach(call -> call.answer(RefusedCall.closing().answer()));
    }

    private void serve(Pending call) {
        try {
            if (draining) {
                throw RefusedCall.closing();
            }
            peers.check(call.request.getConnectionMetaData().getConnection().getEndPoint());
            String stated = call.request.getHeaders().get(WireVersion.HEADER);
            if (stated != null) {
                checkVersion(stated);
            }
            call.answer(route(call));
        } catch (RefusedCall e) {
            call.answer(e.answer());
        } catch (WireFormatException e) {
            call.answer(RefusedCall.badRequest(String.valueOf(e.getMessage())).answer());
        } catch (DriverException e) {
            call.answer(RefusedCall.of(e).answer());
        } catch (InterruptedException e) {
            call.answer(RefusedCall.closing().answer());
        } catch (IOException e) {
            LOG.debug("{} was not read to its end: {}", shown(call), ForeignText.line(e.toString()));
            call.answer(RefusedCall.badRequest("the request was not received completely")
                    .answer());
        } catch (Throwable e) {
            // First the caller's end: logging may fail too when memory is short.
            call.answer(RefusedCall.failed().answer());
            LOG.error("{} could not be answered", shown(call), ForeignText.cause(e));
        }
    }

    private static void checkVersion(String stated) {
        try {
            WireVersion.check(stated);
        } catch (WireFormatException e) {
            throw RefusedCall.otherVersion(String.valueOf(e.getMessage()));
        }
    }

    private static String shown(Pending call) {
        return ForeignText.line(call.request.getMethod()) + " "
                + ForeignText.line(String.valueOf(call.request.getHttpURI().getPath()));
    }

    private Answer route(Pending call) throws IOException, InterruptedException {
        String method = call.request.getMethod();
        List<String> segments = Route.parts(
                        String.valueOf(call.request.getHttpURI().getPath()))
                .stream()
                .map(RequestHandler::decoded)
                .toList();
        Set<String> methods = new TreeSet<>();
        for (Route route : routes) {
            Optional<Map<String, String>> path = route.match(segments);
            if (path.isPresent() && route.method().equals(method)) {
                return answer(call, route, path.get());
            }
            path.ifPresent(_ -> methods.add(route.method()));
        }
        if (methods.isEmpty()) {
            throw RefusedCall.notFound("there is no call " + shown(call) + "; this is version " + WireVersion.text()
                    + " of the interface, whose paths begin with /v" + WireVersion.MAJOR);
        }
        throw RefusedCall.methodNotAllowed(
                shown(call) + " is no call of the interface; that path has " + String.join(", ", methods));
    }

    private Answer answer(Pending call, Route route, Map<String, String> path)
            throws IOException, InterruptedException {
        Map<String, String> query = query(call.request);
        Duration limit = deadline(call.request, Call.wait(query, settings.maxWait()));
        ScheduledFuture<?> deadline = deadlines.schedule(
                () -> call.answer(RefusedCall.deadline(shown(call) + " had no answer after " + limit.toMillis()
                                + " ms; what it began continues")
                        .answer()),
                limit.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            return route.handler().handle(new Call(path, query, body(call.request), settings.maxWait()));
        } finally {
            deadline.cancel(false);
        }
    }

    private Duration deadline(Request request, Duration wait) {
        Duration limit = settings.callTimeout().plus(wait);
        String asked = request.getHeaders().get(DEADLINE);
        if (asked == null) {
            return limit;
        }
        Duration shorter = Call.wait(Map.of("wait", asked), limit);
        if (shorter.isZero()) {
            throw new WireFormatException("the header " + DEADLINE + " must be more than 0 seconds");
        }
        return shorter;
    }

    private static Map<String, String> query(Request request) {
        Map<String, String> values = new HashMap<>();
        Fields fields;
        try {
            fields = Request.extractQueryParameters(request);
        } catch (RuntimeException e) {
            throw new WireFormatException("the part of the URL after the question mark cannot be decoded");
        }
        for (Fields.Field field : fields) {
            values.put(field.getName(), field.getValue());
        }
        return values;
    }

    private static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new WireFormatException("the path has a percent sign without two hexadecimal digits after it");
        }
    }

    private JsonNode body(Request request) throws IOException {
        int limit = settings.maxRequestBytes();
        if (request.getLength() > limit) {
            throw tooLarge();
        }
        byte[] bytes;
        try (InputStream in = Content.Source.asInputStream(request)) {
            bytes = in.readNBytes(limit + 1);
        }
        if (bytes.length > limit) {
            throw tooLarge();
        }
        if (bytes.length == 0) {
            return MissingNode.getInstance();
        }
        try (JsonParser parser = mapper.createParser(bytes)) {
            return mapper.readTree(parser);
        } catch (JsonProcessingException e) {
            // The exception's message contains parts of the text, which may be secrets.
            JsonLocation place = e.getLocation();
            throw new WireFormatException("the body is not valid JSON"
                    + (place == null ? "" : " at line " + place.getLineNr() + ", column " + place.getColumnNr())
                    + ", or has a field twice, or is nested deeper than " + MAX_DEPTH);
        }
    }

    private RefusedCall tooLarge() {
        return RefusedCall.tooLarge("the body has more than " + settings.maxRequestBytes()
                + " bytes; see [compute_host] max_request_bytes");
    }
}
