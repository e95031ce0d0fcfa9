"""A compute host process that a test scripts: HTTP on a UNIX domain socket."""

import collections
import contextlib
import http.server
import json
import os
import socket
import threading
import urllib.parse

BOOT = 'b0070000-0000-4000-8000-000000000001'


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def _answer(self):
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        path, _, query = self.path.partition('?')
        status, answer = self.server.host.answer(
            self.command, path, dict(urllib.parse.parse_qsl(query)), json.loads(body or b'{}'))
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_DELETE = _answer

    def log_message(self, *arguments):
        pass


class _Server:
    """One run of the process. Not of socketserver, whose selectors block eventlet's hub."""

    def __init__(self, host, path):
        self.host = host
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(path)
        self._listener.listen(64)
        self._connections = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._connections.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(OSError):
            _Handler(connection, '', self)

    def close(self):
        for one in [self._listener] + self._connections:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._listener.close()


class FakeHost:
    """Operations end when the test says so; `stop` and `start` are a death and a restart.

    Attributes:
        calls: method, path and body of each call
        replies: what a test wants to be answered, by method and path: status and JSON
        operations: the operations by key; `end` says how they end
    """

    def __init__(self, path):
        self.path = path
        self.calls = []
        self.replies = {}
        self.operations = collections.OrderedDict()
        self.ended_by_themselves = True
        self.availability = {'state': 'up', 'reason': ''}
        self.events = []
        self.changed = threading.Condition()
        self.start()

    def start(self):
        self._server = _Server(self, self.path)

    def stop(self):
        if self._server is not None:
            self._server.close()
            os.unlink(self.path)
            self._server = None

    def emit(self, **event):
        with self.changed:
            self.events.append(dict(event, sequence=len(self.events) + 1))
            self.changed.notify_all()

    def end(self, key=None, code=None):
        """Ends an operation, by default the newest, with success or an error code."""
        with self.changed:
            state = self.operations[key or next(reversed(self.operations))]
            state['finished'] = True
            if code:
                state['error'] = {'code': code, 'message': 'ended with %s' % code}
            self.changed.notify_all()

    def bodies(self, path_end, method='POST'):
        return [body for verb, path, body in self.calls
                if verb == method and path.endswith(path_end)]

    def count(self, path):
        return len([1 for _, called, _ in self.calls if called == path])

    def answer(self, method, path, query, body):
        self.calls.append((method, path, body))
        if (method, path) in self.replies:
            return self.replies[method, path]
        parts = path.split('/')
        if path == '/v1':
            return 200, self._description()
        if path == '/v1/events':
            return self._events(int(query['after']), float(query.get('wait', 0)))
        if path == '/v1/nodes':
            return 200, {'nodes': [{'name': 'rack 1/a', 'uuid': BOOT}]}
        if parts[2] == 'nodes':
            name = urllib.parse.unquote(parts[3])
            return 200, {'name': name, 'available': name == 'rack 1/a',
                         'deleted': name != 'rack 1/a'}
        if path.endswith('/operations'):
            return self._begin(body, float(query.get('wait', 0)))
        if len(parts) == 6 and parts[4] == 'operations':
            return self._operation(method, parts[5], float(query.get('wait', 0)))
        return 200, {'power_state_number': 1, 'ports': {}}

    def _description(self):
        def row(code, kind):
            return {'code': code, 'disposition': 'abort', 'nova': [
                {'since': 26, 'class': kind}]}
        return {'boot_id': BOOT, 'newest_event': len(self.events),
                'availability': self.availability,
                'capabilities': {'supports_image_type_raw': True},
                'errors': [row('node_invalid', 'ValidationError'),
                           row('cancelled', 'BuildAbortException'),
                           row('operation_in_progress', 'InstanceInvalidState')]}

    def _events(self, after, wait):
        with self.changed:
            if len(self.events) == after:
                self.changed.wait(wait)
            return 200, {'boot_id': BOOT, 'events': self.events[after:],
                         'next': len(self.events)}

    def _begin(self, body, wait):
        key = '%s:%s' % (body['context']['request_id'], body['kind'])
        with self.changed:
            for other, state in self.operations.items():
                if other != key and not state['finished']:
                    return 409, {'error': {'code': 'operation_in_progress', 'message': other,
                                           'disposition': 'retry', 'operation': other}}
            self.operations.setdefault(
                key, {'key': key, 'finished': self.ended_by_themselves})
        return self._operation('GET', key, wait)

    def _operation(self, method, key, wait):
        with self.changed:
            if key not in self.operations:
                return 404, {'error': {'code': 'operation_not_found', 'message': key,
                                       'disposition': 'abort'}}
            if not self.operations[key]['finished']:
                self.changed.wait(wait)
            return 200, self.operations[key]
