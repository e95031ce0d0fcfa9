package org.novametal.bmc.redfish;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.novametal.bmc.BmcAddress;
import org.novametal.fake.FakeHttpServer;
import org.novametal.fake.FakeHttpServer.Answer;
import org.novametal.fake.FakeHttpServer.Request;

/**
 * A service of prepared answers, without TLS and without sessions unless its root is prepared. An answer is given as often as
 * asked until another was prepared behind it. Safe for several threads.
 */
final class ScriptedService implements AutoCloseable {
    static final String SYSTEM = "/redfish/v1/Systems/1";
    static final String RESET = SYSTEM + "/Actions/ComputerSystem.Reset";

    /** A machine that is on. */
    static final String SYSTEM_BODY = """
            {"PowerState": "On", "UUID": "3d2f0a54-6b1e-4c87-9a10-0123456789ab",
             "Boot": {"BootSourceOverrideEnabled": "Disabled", "BootSourceOverrideTarget": "None"},
             "Actions": {"#ComputerSystem.Reset": {"target": "/redfish/v1/Systems/1/Actions/ComputerSystem.Reset"}}}
            """;

    private final Map<String, Deque<Answer>> answers = new HashMap<>();
    private final List<Request> requests = new ArrayList<>();
    private final FakeHttpServer service;

    ScriptedService() {
        service = FakeHttpServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), this::answer);
    }

    BmcAddress address() {
        return new BmcAddress("redfish+http", "127.0.0.1", service.baseUri().getPort(), SYSTEM);
    }

    ScriptedService prepare(String request, int status, String body) {
        return prepare(request, status, body, Map.of());
    }

    synchronized ScriptedService prepare(String request, int status, String body, Map<String, String> headers) {
        answers.computeIfAbsent(request, _ -> new ArrayDeque<>()).add(new Answer(status, headers, body));
        return this;
    }

    private synchronized Answer answer(Request request) {
        requests.add(request);
        Deque<Answer> prepared = answers.get(request.method() + " " + request.path());
        if (prepared == null) {
            return request.path().equals("/redfish/v1/") ? Answer.json(200, "{}") : Answer.empty(404);
        }
        return prepared.size() > 1 ? prepared.remove() : prepared.element();
    }

    synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        service.close();
    }
}
