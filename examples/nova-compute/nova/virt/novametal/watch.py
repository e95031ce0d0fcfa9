"""What goes on beside Nova's calls: the host's events, and instances whose server is gone."""

import threading
from typing import Any, Optional, Set, Tuple

from nova import context as nova_context, exception, objects
from nova.objects import external_event
from nova.virt.novametal.host import Host, HostError
from oslo_config import cfg
from oslo_log import log as logging

LOG = logging.getLogger(__name__)
TURN, RETRY_AFTER = 20, 2  # seconds
# How a reason for a disabled service begins that is ours.
PREFIX = 'nova-metal: '
Position = Optional[Tuple[str, int]]


class Watch:
    """Two threads: one follows the host's events, one looks for orphans."""

    def __init__(self, driver: Any, virtapi: Any, host: Host, orphan_interval: int) -> None:
        self._driver, self._virtapi, self._host = driver, virtapi, host
        self._orphan_interval = orphan_interval
        self._stopped = threading.Event()
        # Set when the host has answered for the first time.
        self.is_up = threading.Event()

    def start(self) -> None:
        for run in (self._follow, self._look_for_orphans):
            threading.Thread(target=run, name='nova-metal', daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def _follow(self) -> None:
        position: Position = None
        while not self._stopped.is_set():
            try:
                position = self._handle(*position) if position else self._catch_up()
                continue
            except HostError as e:
                if e.is_down:
                    self._set_disabled(True, str(e))
                elif not e.may_pass:
                    LOG.warning('The compute host process gives no events: %s', e)
                position = position if e.may_pass and not e.is_down else None
            except Exception:
                LOG.exception('The events of the compute host process were not read')
            self._stopped.wait(RETRY_AFTER)

    def _catch_up(self) -> Position:
        """The newest position. Nova's own comparison of power states finds what happened before."""
        host = self._host.describe()
        self._driver.capabilities = dict(self._driver.capabilities, **host['capabilities'])
        self._set_disabled(host['availability']['state'] != 'up', host['availability']['reason'])
        self.is_up.set()
        return host['boot_id'], host['newest_event']

    def _handle(self, boot: str, number: int) -> Position:
        answer = self._host.call('GET', '/v1/events?boot_id=%s&after=%d&wait=%d' % (
            boot, number, TURN), wait=TURN)
        for event in answer['events']:
            try:
                if event['type'] == 'host_availability':
                    self._set_disabled(event['state'] != 'up', event['reason'])
                elif event['type'] == 'power_changed' and 'instance_uuid' in event:
                    self._update_power(event['instance_uuid'], event['new_power'])
            except Exception:
                LOG.exception('An event of the compute host process was not handled: %s', event)
        return answer['boot_id'], answer['next']

    def _update_power(self, uuid: str, power: str) -> None:
        """Nova's external event power-update, which only records the state."""
        # Private in Nova; without it Nova's comparison of power states finds the change.
        manager = getattr(self._virtapi, '_compute', None)
        if manager is None or power not in ('running', 'shutdown'):
            return
        admin = nova_context.get_admin_context()
        tag = external_event.POWER_ON if power == 'running' else external_event.POWER_OFF
        try:
            instance = objects.Instance.get_by_uuid(admin, uuid, expected_attrs=['flavor'])
        except exception.InstanceNotFound:
            return
        manager.external_instance_event(admin, [instance], [objects.InstanceExternalEvent(
            instance_uuid=uuid, name='power-update', tag=tag, status='completed')])

    @staticmethod
    def _set_disabled(disabled: bool, reason: str) -> None:
        """Disables the service, or enables it again where nobody else disabled it."""
        try:
            service = objects.Service.get_by_compute_host(
                nova_context.get_admin_context(), cfg.CONF.host)
            ours = (service.disabled_reason or '').startswith(PREFIX)
            if service.disabled != disabled and (disabled or ours):
                LOG.warning('The service is %s: %s', 'disabled' if disabled else 'enabled', reason)
                service.disabled = disabled
                service.disabled_reason = (PREFIX + reason)[:255] if disabled else None
                service.save()
        except exception.ComputeHostNotFound:
            LOG.debug('The service is not registered yet')
        except Exception:
            LOG.exception('The service could not be %s', 'disabled' if disabled else 'enabled')

    def _look_for_orphans(self) -> None:
        suspects: Set[str] = set()
        while not self._stopped.wait(self._orphan_interval):
            try:
                suspects = self.look(suspects)
            except Exception:
                LOG.exception('The look for instances without a server failed; it is repeated')

    def look(self, suspects: Set[str]) -> Set[str]:
        """Removes instances whose server was deleted at both looks; returns those of this one."""
        admin = nova_context.get_admin_context(read_deleted='yes')
        found = set()
        for uuid in self._driver.list_instance_uuids():
            try:
                server = objects.Instance.get_by_uuid(admin, uuid, expected_attrs=['flavor'])
            except exception.InstanceNotFound:
                LOG.warning('Instance %s has a node, but Nova knows no such server', uuid)
                continue
            if server.deleted:
                found.add(uuid)
                if uuid in suspects:
                    LOG.warning('The server of instance %s is deleted; it is removed', uuid)
                    self._driver.destroy(admin, server, [])
        return found
