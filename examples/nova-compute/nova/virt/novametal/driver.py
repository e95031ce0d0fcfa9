"""nova-metal's driver in nova-compute. It decides nothing: it carries Nova's facts to the compute
host process, and that process's answers to Nova."""

from typing import Any, Callable, Dict, List, Optional
from urllib.parse import quote

from nova import exception, version
from nova.compute import power_state, task_states, vm_states
from nova.objects import external_event
from nova.virt import configdrive, driver, hardware
from nova.virt.novametal import facts, watch
from nova.virt.novametal.host import Host
from oslo_config import cfg
from oslo_context import context as oslo_context
from oslo_log import log as logging
from oslo_utils import importutils

LOG = logging.getLogger(__name__)
CONF = cfg.CONF
CONF.register_opts([
    cfg.StrOpt('socket', default='/run/nova-metal/compute.sock',
               help='UNIX domain socket of the compute host process.'),
    cfg.IntOpt('host_patience', default=600, min=0,
               help='Seconds for which work on an instance, and the start of nova-compute, wait '
                    'for a compute host process that is down.'),
    cfg.IntOpt('orphan_interval', default=300, min=1,
               help='Seconds between two looks for instances whose server Nova has deleted.'),
], group='novametal')


class NovaMetalDriver(driver.ComputeDriver):
    rebalances_nodes = True

    def __init__(self, virtapi: Any, read_only: bool = False) -> None:
        super().__init__(virtapi)
        self.capabilities = {key: False for key in driver.ComputeDriver.capabilities}
        options, release = CONF.novametal, version.version_string().split('.')[0]
        self._host = Host(options.socket, options.host_patience,
                          int(release) if release.isdigit() else 26)
        self._watch = watch.Watch(self, virtapi, self._host, options.orphan_interval)

    def init_host(self, host: str) -> None:
        identity = importutils.try_import('nova.virt.node')
        if identity:
            # Nova 27 and later refuse a second start without it. No node of ours has this UUID.
            identity.get_local_node_uuid()
        self._watch.start()
        # Nova asks for the power states of its instances next, and ends without them.
        if not self._watch.is_up.wait(CONF.novametal.host_patience):
            LOG.warning('The compute host process at %s does not answer yet', CONF.novametal.socket)

    def cleanup_host(self, host: str) -> None:
        self._watch.stop()

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        with self._host.errors_as_nova():
            return self._host.call(method, path, body)

    @staticmethod
    def _about(instance: Any, context: Any, body: Any) -> Any:
        context = context or oslo_context.get_current()
        request = facts.request(context) if context else {'request_id': 'req-none'}
        return dict(body, instance=facts.instance(instance), context=request)

    def _ask(self, instance: Any, call: str, **body: Any) -> Any:
        return self._call('POST', '/v1/instances/%s/%s' % (instance.uuid, call),
                          self._about(instance, None, body))

    def _work(self, context: Any, instance: Any, kind: str,
              is_abandoned: Callable[[], bool] = lambda: False, **body: Any) -> None:
        with self._host.errors_as_nova():
            self._host.work(instance.uuid, kind, self._about(instance, context, body),
                            is_abandoned)

    def get_nodenames_by_uuid(self, refresh: bool = False) -> Dict[str, str]:
        answer = self._call('GET', '/v1/nodes?freshness=%s' % ('live' if refresh else 'cached'))
        return {node['uuid']: node['name'] for node in answer['nodes']}

    def get_available_nodes(self, refresh: bool = False) -> List[str]:
        return list(self.get_nodenames_by_uuid(refresh).values())

    def node_is_available(self, nodename: str) -> bool:
        return bool(self._call('GET', '/v1/nodes/' + quote(nodename, safe=''))['available'])

    def is_node_deleted(self, nodename: str) -> bool:
        return bool(self._call('GET', '/v1/nodes/' + quote(nodename, safe=''))['deleted'])

    def get_available_resource(self, nodename: str) -> Dict[str, Any]:
        return dict(self._call('GET', '/v1/nodes/%s/resource' % quote(nodename, safe='')))

    def update_provider_tree(self, provider_tree: Any, nodename: str,
                             allocations: Any = None) -> None:
        # The node's own subtree, never Nova's whole tree.
        now = [provider_tree.data(uuid)
               for uuid in provider_tree.get_provider_uuids_in_tree(nodename)]
        names = {provider.uuid: provider.name for provider in now}
        answer = self._call('POST', '/v1/nodes/%s/provider-tree' % quote(nodename, safe=''), {
            'providers': [{'uuid': provider.uuid, 'name': provider.name,
                           'parent': names.get(provider.parent_uuid),
                           'inventories': provider.inventory, 'traits': sorted(provider.traits)}
                          for provider in now]})
        for wanted in answer['providers']:
            if not provider_tree.exists(wanted['name']):
                provider_tree.new_child(wanted['name'], wanted['parent'], wanted['uuid'])
            provider_tree.update_inventory(wanted['name'], wanted['inventories'])
            provider_tree.update_traits(wanted['name'], wanted['traits'])

    def list_instance_uuids(self) -> List[str]:
        return list(self._call('GET', '/v1/instances')['uuids'])

    def list_instances(self) -> List[str]:
        return list(self._call('GET', '/v1/instances')['names'])

    def get_info(self, instance: Any, use_cache: bool = True) -> Any:
        answer = self._ask(instance, 'info?freshness=%s' % ('cached' if use_cache else 'live'))
        return hardware.InstanceInfo(state=answer['power_state_number'])

    def get_console_output(self, context: Any, instance: Any) -> str:
        # Nova encodes the text in Latin-1, so each character here is a byte of UTF-8.
        return str(self._ask(instance, 'console-output')['output']).encode().decode('latin-1')

    def get_diagnostics(self, instance: Any) -> Dict[str, Any]:
        return dict(self._ask(instance, 'diagnostics')['diagnostics'])

    def prepare_for_spawn(self, instance: Any) -> None:
        self._ask(instance, 'prepare')

    def failed_spawn_cleanup(self, instance: Any) -> None:
        self._ask(instance, 'failed-spawn-cleanup')

    def _deploy(self, kind: str, context: Any, instance: Any, image_meta: Any, files: Any,
                password: Optional[str], network_info: Any, block_device_info: Any,
                **body: Any) -> None:
        drive = None
        if configdrive.required_by(instance):
            ports = self._ask(instance, 'port-bindings')['ports']
            drive = facts.config_drive(instance, files, password, network_info, ports)
        self._work(context, instance, kind, lambda: self._is_deleted(instance),
                   image=facts.image(image_meta), network_info=list(network_info or ()),
                   injected_files=[{'path': path, 'content': facts.encoded(content)}
                                   for path, content in files or ()],
                   admin_password=password, config_drive=drive,
                   metadata_delivery='config_drive' if drive else 'service',
                   block_device_info=facts.block_devices(block_device_info), **body)

    @staticmethod
    def _is_deleted(instance: Any) -> bool:
        """Whether the user deletes the server while it is deployed."""
        try:
            instance.refresh()
        except exception.InstanceNotFound:
            return True
        except Exception as e:
            LOG.warning('The task state of instance %s cannot be read: %s', instance.uuid, e)
        return bool(instance.task_state == task_states.DELETING
                    or instance.vm_state == vm_states.DELETED)

    def spawn(self, context: Any, instance: Any, image_meta: Any, injected_files: Any,
              admin_password: Optional[str], allocations: Any, network_info: Any = None,
              block_device_info: Any = None, power_on: bool = True, **newer: Any) -> None:
        self._deploy('spawn', context, instance, image_meta, injected_files, admin_password,
                     network_info, block_device_info, power='on' if power_on else 'off')

    def rebuild(self, context: Any, instance: Any, image_meta: Any, injected_files: Any,
                admin_password: Optional[str], *more: Any, network_info: Any = None,
                block_device_info: Any = None, preserve_ephemeral: bool = False,
                evacuate: bool = False, reimage_boot_volume: bool = False, **newer: Any) -> None:
        instance.task_state = task_states.REBUILD_SPAWNING
        instance.save(expected_task_state=[task_states.REBUILDING])
        self._deploy('rebuild', context, instance, image_meta, injected_files, admin_password,
                     network_info, block_device_info, evacuate=evacuate,
                     reimage_boot_volume=reimage_boot_volume,
                     disks='preserve_ephemeral' if preserve_ephemeral else 'replace_all')

    def destroy(self, context: Any, instance: Any, network_info: Any,
                block_device_info: Any = None, destroy_disks: bool = True, *more: Any,
                **newer: Any) -> None:
        self._work(context, instance, 'destroy', disks='destroy' if destroy_disks else 'keep',
                   network_info=list(network_info or ()))

    def cleanup(self, *arguments: Any, **named: Any) -> None:
        """Nothing is left beside the node, which destroy frees."""

    def power_on(self, context: Any, instance: Any, *more: Any, **newer: Any) -> None:
        self._work(context, instance, 'power_on')

    def power_off(self, instance: Any, timeout: Any = 0, *more: Any, **newer: Any) -> None:
        if not hasattr(instance, 'vm_state'):
            # Nova 31 to 34 passes a context first in one place.
            instance, timeout = timeout, 0
        self._work(None, instance, 'power_off', soft_timeout=timeout or 0)

    def reboot(self, context: Any, instance: Any, network_info: Any, reboot_type: str,
               *more: Any, **newer: Any) -> None:
        self._work(context, instance, 'reboot', reboot_type=reboot_type.lower())

    def power_update_event(self, instance: Any, target_power_state: str) -> None:
        # Nova leaves these to the driver; with its old task state a server is skipped for ever.
        on = target_power_state == external_event.POWER_ON
        instance.power_state = power_state.RUNNING if on else power_state.SHUTDOWN
        instance.vm_state = vm_states.ACTIVE if on else vm_states.STOPPED
        instance.task_state = None
        instance.save(expected_task_state=[
            None, task_states.POWERING_ON if on else task_states.POWERING_OFF])
        self._ask(instance, 'power-update', power_state='running' if on else 'shutdown')

    def rescue(self, context: Any, instance: Any, network_info: Any, image_meta: Any,
               rescue_password: str, *more: Any, **newer: Any) -> None:
        self._work(context, instance, 'rescue', rescue_password=rescue_password,
                   image=facts.image(image_meta))

    def unrescue(self, context: Any, instance: Any, *more: Any, **newer: Any) -> None:
        self._work(context, instance, 'unrescue')

    def attach_interface(self, context: Any, instance: Any, image_meta: Any, vif: Any) -> None:
        self._work(context, instance, 'attach_interface', vif=dict(vif))

    def detach_interface(self, context: Any, instance: Any, vif: Any) -> None:
        self._work(context, instance, 'detach_interface', vif=dict(vif))

    def get_host_ip_addr(self) -> str:
        return str(CONF.my_ip)
