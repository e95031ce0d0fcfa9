"""Calls of the compute host process: JSON over HTTP/1.1 on a UNIX domain socket.

Right under native threads and under eventlet: blocking sockets and locks of threading only.
"""

import contextlib
import http.client
import json
import socket
import threading
import time
import uuid
from typing import Any, Callable, Dict, Iterator, List, Optional

from nova import exception
from oslo_log import log as logging

LOG = logging.getLogger(__name__)
# Seconds: for an answer, beyond what the host may wait; for one wait at the host; between attempts;
# for the end of an operation that is cancelled.
ANSWER, TURN, RETRY_AFTER, CANCEL = 60, 2, 1, 5
KEPT_CONNECTIONS = 16


class HostError(Exception):
    """The host refused a call, or did not answer, or an operation failed."""

    def __init__(self, code: str, message: str, disposition: str = 'abort',
                 operation: Optional[str] = None) -> None:
        super().__init__(message)
        self.code = code
        # The key of the operation that is under way instead.
        self.operation = operation
        self.is_down = disposition == 'host_down'
        self.may_pass = self.is_down or code in ('too_many_requests', 'deadline_exceeded')


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__('localhost')
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class Host:
    """The compute host process. Thread-safe: a connection serves one call at a time."""

    def __init__(self, path: str, patience_seconds: float, release: int) -> None:
        self._path, self._patience, self._release = path, patience_seconds, release
        self._lock = threading.Lock()
        self._idle: List[_Connection] = []
        self._classes: Dict[str, str] = {}

    def describe(self) -> Any:
        """What the host's driver is capable of; also learns Nova's exception of each code."""
        answer = self.call('GET', '/v1')
        self._classes = {
            code['code']: row['class'] for code in answer['errors'] for row in code['nova']
            if row['since'] <= self._release}
        return answer

    @contextlib.contextmanager
    def errors_as_nova(self) -> Iterator[None]:
        try:
            yield
        except HostError as e:
            if e.may_pass:
                raise exception.VirtDriverNotReady(str(e)) from e
            if e.code == 'capability_absent':
                raise NotImplementedError(str(e)) from e
            if not self._classes:
                with contextlib.suppress(HostError):
                    self.describe()
            kind = getattr(exception, self._classes.get(e.code, ''), exception.NovaException)
            # By position: the names of the arguments differ between the classes.
            raise kind(str(e)) from e

    def work(self, instance: str, kind: str, body: Any,
             is_abandoned: Callable[[], bool] = lambda: False) -> None:
        """Begins an operation on an instance and waits for its end.

        While the host is down it is waited for: the same key joins the same operation, which goes
        on when the host has started again. A destroy waits for another one that is under way.
        When is_abandoned answers true, the operation is cancelled; its end is not awaited for long.
        """
        # One request may need an operation of a kind twice, on another node for example.
        request = '%s.%s' % (body['context']['request_id'], uuid.uuid4().hex[:12])
        key, path = '%s:%s' % (request, kind), '/v1/instances/%s/operations' % instance
        body = dict(body, kind=kind, context=dict(body['context'], request_id=request))
        # The operation that is awaited; none until it has begun.
        awaited: Optional[str] = None
        stuck: Optional[HostError] = None
        stuck_since = 0.0
        while True:
            try:
                if awaited:
                    state = self.call('GET', '%s/%s?wait=%d' % (path, awaited, TURN), wait=TURN)
                else:
                    state = self.call('POST', '%s?wait=%d' % (path, TURN), body, wait=TURN)
                if state['key'] == key:
                    stuck = None
                    if state['finished']:
                        break
                awaited = None if state['finished'] else state['key']
            except HostError as e:
                busy = e.code == 'operation_in_progress' and kind == 'destroy'
                lost = e.code == 'operation_not_found'
                if not (e.may_pass or busy or lost):
                    raise
                if stuck is None:
                    LOG.warning('The %s of instance %s waits: %s', kind, instance, e)
                    stuck, stuck_since = e, time.monotonic()
                if busy or lost:
                    # Short work, such as a power command, is lost with the process.
                    awaited = e.operation
                time.sleep(RETRY_AFTER)
            if stuck is not None and time.monotonic() - stuck_since > self._patience:
                raise stuck
            if is_abandoned():
                LOG.info('The %s of instance %s is cancelled', kind, instance)
                with contextlib.suppress(HostError):
                    self.call('DELETE', '%s/%s?wait=%d' % (path, key, CANCEL), None, CANCEL, TURN)
                raise HostError('cancelled', '%s was cancelled' % key)
        if 'error' in state:
            raise HostError(state['error']['code'], state['error']['message'])

    def call(self, method: str, path: str, body: Any = None, wait: float = 0,
             limit: float = ANSWER) -> Any:
        """Calls once; the host may wait some seconds, and answer within a limit beyond that."""
        with self._lock:
            connection = self._idle.pop() if self._idle else _Connection(self._path)
        was_kept, keep = connection.sock is not None, False
        try:
            connection.timeout = wait + limit + 1
            if was_kept:
                connection.sock.settimeout(connection.timeout)
            connection.request(method, path, None if body is None else json.dumps(body).encode(), {
                'Nova-Metal-Api': '1.0', 'Nova-Metal-Deadline': str(wait + limit),
                'Content-Type': 'application/json'})
            response = connection.getresponse()
            answer = json.loads(response.read())
            error = answer['error'] if response.status >= 400 else None
            keep = not response.will_close
        except (OSError, ValueError, KeyError, http.client.HTTPException) as e:
            if was_kept and isinstance(e, (BrokenPipeError, ConnectionResetError)):
                # The host closes connections that idle. Every call may be repeated.
                return self.call(method, path, body, wait, limit)
            raise HostError('unreachable', 'the compute host process at %s does not answer: %s' % (
                self._path, e or type(e).__name__), 'host_down') from e
        finally:
            with self._lock:
                if keep and len(self._idle) < KEPT_CONNECTIONS:
                    self._idle.append(connection)
                else:
                    connection.close()
        if error:
            raise HostError(error['code'], error['message'], error['disposition'],
                            error.get('operation'))
        return answer
